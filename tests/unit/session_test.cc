#include "common/session.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/allocation.h"
#include "tests/unit/execution.h"
#include "tests/unit/parsing.h"

namespace stepkv::testing {
namespace {

using Progress = Session::Progress;

struct TableStore {
  void Execute(const Command& command, ReplyWriter& replies) {
    ++executed;
    table.Apply(command, replies);
  }
  Table table;
  int executed = 0;
};

class SessionTest : public ::testing::Test {
 protected:
  Progress Run(std::string_view bytes = "") {
    Feed(parser_, bytes);
    return session_.Run(parser_, store_, out_);
  }
  std::string TakeReplies() {
    std::string replies(out_.View());
    out_.Clear();
    return replies;
  }
  std::string Ask(std::string_view bytes) {
    Run(bytes);
    return TakeReplies();
  }

  Options options_;
  Session session_{options_};
  RequestParser parser_;
  TableStore store_;
  ByteBuffer out_;
};

using Sessions = SessionTest;

TEST_F(Sessions, AnswerEveryRequestInOrderInItsOwnDialect) {
  EXPECT_EQ(Run("SET a 1\nGET a\r\n" + Resp({"INCR", "a"}) + "GET a\nGE"),
            Progress::kNeedsInput);
  EXPECT_EQ(TakeReplies(), "OK\n$1\r\n1\r\n:2\r\n2\n");
  EXPECT_EQ(Ask("T a\n"), "2\n");
}

TEST_F(Sessions, PauseWhenRepliesWaitAndGoOnWhenTheyAreGone) {
  options_.max_pending_reply_bytes = 10;
  EXPECT_EQ(Run("ECHO 12345\nECHO 67890\nECHO abc\n"), Progress::kOutputFull);
  EXPECT_EQ(Run(), Progress::kOutputFull);
  EXPECT_EQ(TakeReplies(), "12345\n67890\n");
  EXPECT_EQ(Run(), Progress::kNeedsInput);
  EXPECT_EQ(TakeReplies(), "abc\n");
}

TEST_F(Sessions, HoldAtMostTheLimitAndOneReply) {
  options_.max_pending_reply_bytes = 100;
  std::string value(50, 'x');
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += "ECHO " + value + "\n";
  Feed(parser_, requests);
  int replies = 0;
  while (Run() == Progress::kOutputFull) {
    ASSERT_LT(out_.size(), 100u + value.size() + 1);
    replies += static_cast<int>(TakeReplies().size() / (value.size() + 1));
  }
  EXPECT_EQ(replies, 1000);
}

TEST_F(Sessions, RunNoMoreThanTheyAreAllowed) {
  Feed(parser_, "INCR a\nINCR a\nINCR a\n");
  EXPECT_EQ(session_.Run(parser_, store_, out_, 2), Progress::kPaused);
  EXPECT_EQ(TakeReplies(), "1\n2\n");
  EXPECT_EQ(session_.Run(parser_, store_, out_, 2), Progress::kNeedsInput);
  EXPECT_EQ(TakeReplies(), "3\n");
}

TEST_F(Sessions, QuitSaysOkInRespAndNothingToLines) {
  EXPECT_EQ(Run("GET a\r\nQUIT\r\nGET b\r\n"), Progress::kClosing);
  EXPECT_EQ(TakeReplies(), "$-1\r\n+OK\r\n");
  EXPECT_EQ(Run("GET c\n"), Progress::kClosing);
  EXPECT_EQ(TakeReplies(), "");
  Session other(options_);
  RequestParser parser;
  Feed(parser, "quit\n");
  EXPECT_EQ(other.Run(parser, store_, out_), Progress::kClosing);
  EXPECT_EQ(TakeReplies(), "");
}

TEST_F(Sessions, StopEndsLinesAndIsUnknownToResp) {
  EXPECT_EQ(Run(Resp({"STOP"})), Progress::kNeedsInput);
  EXPECT_TRUE(TakeReplies().starts_with("-ERR unknown command 'STOP'"));
  EXPECT_EQ(Run("STOP\n"), Progress::kClosing);
  EXPECT_EQ(TakeReplies(), "");
}

TEST_F(Sessions, MalformedBytesAreAnsweredBehindTheGoodOnes) {
  EXPECT_EQ(Run("PING\n*x\r\nPING\n"), Progress::kClosing);
  EXPECT_EQ(TakeReplies(),
            "PONG\n-ERR Protocol error: invalid multibulk length\r\n");
}

TEST_F(Sessions, MalformedLinesAreAnsweredWithALine) {
  EXPECT_EQ(Run("PING \"\n"), Progress::kClosing);
  EXPECT_EQ(TakeReplies(),
            "ERR Protocol error: unbalanced quotes in request\n");
}

TEST_F(Sessions, BrowsersAreClosedWithoutAnAnswer) {
  EXPECT_EQ(Run("POST / HTTP/1.1\r\nSET a 1\r\n"), Progress::kClosing);
  EXPECT_EQ(TakeReplies(), "");
  EXPECT_EQ(store_.executed, 0);
}

TEST_F(Sessions, HostHeaderOfAGetIsClosedToo) {
  EXPECT_EQ(Run("GET / HTTP/1.1\r\nHost: localhost\r\nSET a 1\r\n"),
            Progress::kClosing);
  EXPECT_EQ(TakeReplies(),
            "-ERR wrong number of arguments for 'get' command\r\n");
  EXPECT_EQ(store_.executed, 0);
}

TEST_F(Sessions, UnknownCommandsAndWrongCountsReachNoStore) {
  EXPECT_TRUE(Ask("GETX a\n").starts_with("ERR unknown command 'GETX'"));
  EXPECT_EQ(Ask("SET a\n"),
            "ERR wrong number of arguments for 'set' command\n");
  EXPECT_EQ(store_.executed, 0);
}

TEST_F(Sessions, PingAndEcho) {
  EXPECT_EQ(Ask("PING\n"), "PONG\n");
  EXPECT_EQ(Ask("PING hi\r\n"), "$2\r\nhi\r\n");
  EXPECT_EQ(Ask("PING a b\n"),
            "ERR wrong number of arguments for 'ping' command\n");
  EXPECT_EQ(Ask("ECHO \"a b\"\n"), "a b\n");
}

TEST_F(Sessions, DebugIsForTheLabOnly) {
  EXPECT_EQ(Ask("DEBUG SLEEP 0\n"),
            "ERR DEBUG command not allowed without --lab\n");
  EXPECT_EQ(store_.executed, 0);
  options_.lab = true;
  EXPECT_EQ(Ask("DEBUG SLEEP 0\n"), "OK\n");
}

TEST_F(Sessions, Hello3ChangesNullsAndMapsUntilReset) {
  EXPECT_EQ(Ask(Resp({"GET", "a"})), "$-1\r\n");
  std::string greeting = Ask(Resp({"HELLO", "3"}));
  EXPECT_TRUE(greeting.starts_with("%7\r\n$6\r\nserver\r\n")) << greeting;
  EXPECT_NE(greeting.find("$5\r\nproto\r\n:3\r\n"), std::string::npos);
  EXPECT_EQ(Ask(Resp({"GET", "a"})), "_\r\n");
  EXPECT_EQ(Ask("GET a\n"), "\n");
  EXPECT_EQ(Ask(Resp({"RESET"})), "+RESET\r\n");
  EXPECT_EQ(Ask(Resp({"GET", "a"})), "$-1\r\n");
}

TEST_F(Sessions, HelloGreetsInTheVersionItEndsWith) {
  EXPECT_TRUE(Ask(Resp({"HELLO"})).starts_with("*14\r\n"));
  EXPECT_TRUE(Ask(Resp({"HELLO", "3"})).starts_with("%7\r\n"));
  EXPECT_TRUE(Ask(Resp({"HELLO"})).starts_with("%7\r\n"));
  EXPECT_TRUE(Ask(Resp({"HELLO", "2"})).starts_with("*14\r\n"));
  std::string line = Ask("HELLO 3\n");
  EXPECT_TRUE(line.starts_with("server redis version ")) << line;
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST_F(Sessions, HelloThatFailsChangesNothing) {
  EXPECT_EQ(Ask("HELLO 4\r\n"), "-NOPROTO unsupported protocol version\r\n");
  EXPECT_EQ(Ask("HELLO x\r\n"),
            "-ERR Protocol version is not an integer or out of range\r\n");
  EXPECT_TRUE(Ask("HELLO 3 AUTH root x\r\n").starts_with("-WRONGPASS"));
  EXPECT_TRUE(Ask("HELLO 3 FROB\r\n").starts_with("-ERR Syntax error"));
  EXPECT_TRUE(Ask("HELLO 3 SETNAME \"a b\"\r\n").starts_with("-ERR Client"));
  EXPECT_EQ(Ask("GET a\r\n"), "$-1\r\n");
  EXPECT_EQ(Ask("CLIENT GETNAME\r\n"), "$-1\r\n");
}

TEST_F(Sessions, HelloTakesAuthAndName) {
  EXPECT_TRUE(Ask("HELLO 3 AUTH default any SETNAME ada\r\n").starts_with("%"));
  EXPECT_EQ(Ask("CLIENT GETNAME\r\n"), "$3\r\nada\r\n");
}

TEST_F(Sessions, ClientHasANameAndAnId) {
  Session other(options_);
  EXPECT_EQ(Ask("CLIENT SETNAME ada\n"), "OK\n");
  EXPECT_EQ(Ask("CLIENT GETNAME\n"), "ada\n");
  EXPECT_EQ(Ask("CLIENT SETINFO lib-name x\n"), "OK\n");
  std::string id = Ask("CLIENT ID\n");
  Feed(parser_, "CLIENT ID\nCLIENT GETNAME\n");
  other.Run(parser_, store_, out_);
  std::string replies = TakeReplies();
  EXPECT_FALSE(replies.starts_with(id));
  EXPECT_TRUE(replies.ends_with("\n\n")) << "no name: " << replies;
  EXPECT_TRUE(Ask("CLIENT KILL\n").starts_with("ERR unknown subcommand"));
}

TEST_F(Sessions, ResetForgetsTheName) {
  Ask("CLIENT SETNAME ada\n");
  EXPECT_EQ(Ask("RESET\nCLIENT GETNAME\n"), "RESET\n\n");
}

TEST_F(Sessions, SelectKnowsOneDatabase) {
  EXPECT_EQ(Ask("SELECT 0\n"), "OK\n");
  EXPECT_EQ(Ask("SELECT 1\n"), "ERR DB index is out of range\n");
  EXPECT_EQ(Ask("SELECT x\n"), "ERR value is not an integer or out of range\n");
}

TEST_F(Sessions, ConfigGetAnswersNamesAndValues) {
  EXPECT_EQ(Ask("CONFIG GET save\r\n"), "*2\r\n$4\r\nsave\r\n$0\r\n\r\n");
  EXPECT_EQ(Ask("CONFIG GET nothing\r\n"), "*0\r\n");
  EXPECT_EQ(Ask("CONFIG GET timeout TIMEOUT\n"), "timeout 0\n");
  EXPECT_TRUE(Ask("CONFIG SET save x\n").starts_with("ERR unknown subcommand"));
  EXPECT_TRUE(Ask("CONFIG GET\n").starts_with("ERR wrong number"));
}

TEST_F(Sessions, CommandDescribesTheTable) {
  std::string count = std::to_string(AllCommands().size());
  EXPECT_EQ(Ask("COMMAND COUNT\n"), count + "\n");
  EXPECT_TRUE(Ask("COMMAND\r\n").starts_with("*" + count + "\r\n*6\r\n"));
  EXPECT_EQ(Ask("COMMAND INFO get none\r\n"),
            "*2\r\n*6\r\n$3\r\nget\r\n:2\r\n*1\r\n+readonly\r\n:1\r\n:1\r\n:1"
            "\r\n$-1\r\n");
  EXPECT_EQ(Ask("COMMAND DOCS\r\n"), "*0\r\n");
}

TEST_F(Sessions, InfoIsWhatClientsLookFor) {
  std::string info = Ask("INFO\r\n");
  EXPECT_NE(info.find("redis_version:7."), std::string::npos);
  EXPECT_NE(info.find("loading:0\r\n"), std::string::npos);
  EXPECT_EQ(Ask("INFO\n").find('\n'), Ask("INFO\n").size() - 1);
}

TEST_F(Sessions, SteadyStateAllocatesNothing) {
  std::string requests = Resp({"SET", "key", "value"}) + Resp({"GET", "key"}) +
                         Resp({"INCR", "count"}) + Resp({"PING"});
  Ask(requests);
  std::size_t before = AllocationsOfThisThread();
  Run(requests);
  EXPECT_EQ(AllocationsOfThisThread(), before);
}

}  // namespace
}  // namespace stepkv::testing
