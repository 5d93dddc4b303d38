// The commands about the connection and the server, as far as clients need
// them.
#include <cstdlib>

#include "tests/conformance/fixture.h"

namespace stepkv::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

struct Row {
  const char* request;
  const char* reply;
};

CONFORMANCE(Connection, ClientNamesAreKeptForTheConnection, kStore) {
  const Row table[] = {
      {"CLIENT GETNAME", "$-1\r\n"},
      {"CLIENT SETNAME alice", "+OK\r\n"},
      {"client getname", "$5\r\nalice\r\n"},
      {"CLIENT SETNAME \"a b\"",
       "-ERR Client names cannot contain spaces, newlines or special "
       "characters.\r\n"},
      {"CLIENT GETNAME", "$5\r\nalice\r\n"},
      {"CLIENT SETNAME \"\"", "+OK\r\n"},
      {"CLIENT GETNAME", "$-1\r\n"},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.request);
    Send(std::string(row.request) + "\r\n");
    Expect(row.reply);
  }
}

CONFORMANCE(Connection, ClientNamesAreNotSharedByConnections,
            kStore | kConcurrent) {
  Client one = Connect();
  Client other = Connect();
  EXPECT_EQ(one.Ask("CLIENT SETNAME one\r\n"), "+OK\r\n");
  EXPECT_EQ(other.Ask("CLIENT GETNAME\r\n"), "$-1\r\n");
  EXPECT_EQ(one.Ask("CLIENT GETNAME\r\n"), Bulk("one"));
}

CONFORMANCE(Connection, ClientIdsAreUniqueAndStay, kStore | kConcurrent) {
  Client one = Connect();
  Client other = Connect();
  std::string id = one.Ask("CLIENT ID\r\n");
  EXPECT_THAT(id, MatchesRegex(":[1-9][0-9]*\r\n"));
  EXPECT_NE(id, other.Ask("CLIENT ID\r\n"));
  EXPECT_EQ(id, one.Ask(Resp({"CLIENT", "ID"})));
}

CONFORMANCE(Connection, ClientSetInfoIsTaken, kStore | kOurs) {  // Redis 7.2
  Send("CLIENT SETINFO LIB-NAME redis-py\r\nCLIENT SETINFO lib-ver 1.0\r\n");
  Expect("+OK\r\n+OK\r\n");
}

CONFORMANCE(Connection, WrongUseOfSubcommandsIsAnError, kStore) {
  const Row table[] = {
      {"CLIENT", "-ERR wrong number of arguments for 'client' command\r\n"},
      {"CLIENT FOO", "-ERR unknown subcommand 'FOO'. Try CLIENT HELP.\r\n"},
      {"CLIENT SETNAME",
       "-ERR wrong number of arguments for 'client|setname' command\r\n"},
      {"CLIENT GETNAME x",
       "-ERR wrong number of arguments for 'client|getname' command\r\n"},
      {"CLIENT ID x",
       "-ERR wrong number of arguments for 'client|id' command\r\n"},
      {"CONFIG", "-ERR wrong number of arguments for 'config' command\r\n"},
      {"CONFIG foo", "-ERR unknown subcommand 'foo'. Try CONFIG HELP.\r\n"},
      {"CONFIG GET",
       "-ERR wrong number of arguments for 'config|get' command\r\n"},
      {"COMMAND FOO", "-ERR unknown subcommand 'FOO'. Try COMMAND HELP.\r\n"},
      {"COMMAND COUNT x",
       "-ERR wrong number of arguments for 'command|count' command\r\n"},
      {"SELECT", "-ERR wrong number of arguments for 'select' command\r\n"},
      {"RESET x", "-ERR wrong number of arguments for 'reset' command\r\n"},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.request);
    Send(std::string(row.request) + "\r\n");
    Expect(row.reply);
  }
}

CONFORMANCE(Connection, ConfigGetAnswersWhatBenchmarksAsk, kStore) {
  const Row table[] = {
      {"CONFIG GET save", "*2\r\n$4\r\nsave\r\n$0\r\n\r\n"},
      {"CONFIG GET appendonly", "*2\r\n$10\r\nappendonly\r\n$2\r\nno\r\n"},
      {"config get appendonly", "*2\r\n$10\r\nappendonly\r\n$2\r\nno\r\n"},
      {"CONFIG GET no-such-parameter", "*0\r\n"},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.request);
    Send(std::string(row.request) + "\r\n");
    Expect(row.reply);
  }
}

CONFORMANCE(Connection, OnlyDatabaseZeroIsThere, kStore) {
  Send("SET k v\r\nSELECT 0\r\nGET k\r\n");
  Expect("+OK\r\n+OK\r\n" + Bulk("v"));
  Send("SELECT 99\r\nSELECT -1\r\nSELECT x\r\nGET k\r\n");
  Expect(
      "-ERR DB index is out of range\r\n-ERR DB index is out of range\r\n"
      "-ERR value is not an integer or out of range\r\n" +
      Bulk("v"));
}

CONFORMANCE(Connection, SelectRefusesOtherDatabases, kStore | kOurs) {
  Send("SELECT 1\r\n");
  Expect("-ERR DB index is out of range\r\n");
}

CONFORMANCE(Connection, HelloDescribesTheServerInEachVersion, kStore) {
  auto fields =
      AllOf(HasSubstr("$6\r\nserver\r\n"), HasSubstr("$7\r\nversion\r\n"),
            HasSubstr("$5\r\nproto\r\n"), HasSubstr("$2\r\nid\r\n:"),
            HasSubstr("$4\r\nmode\r\n$10\r\nstandalone\r\n"),
            HasSubstr("$4\r\nrole\r\n$6\r\nmaster\r\n"),
            HasSubstr("$7\r\nmodules\r\n*0\r\n"));
  EXPECT_THAT(client().Ask("HELLO\r\n"), AllOf(StartsWith("*14\r\n"), fields));
  EXPECT_THAT(client().Ask("HELLO 2\r\n"),
              AllOf(StartsWith("*14\r\n"), fields, HasSubstr("proto\r\n:2")));
  EXPECT_THAT(client().Ask("HELLO 3\r\n"),
              AllOf(StartsWith("%7\r\n"), fields, HasSubstr("proto\r\n:3")));
  EXPECT_THAT(client().Ask("hello\r\n"), StartsWith("%7\r\n"));
}

CONFORMANCE(Connection, HelloChoosesHowANullLooks, kStore) {
  Send("GET none\r\n");
  Expect("$-1\r\n");
  client().Ask("HELLO 3\r\n");
  Send("GET none\r\nMGET none\r\nSET k v XX\r\nGETDEL none\r\nPING\r\n");
  Expect("_\r\n*1\r\n_\r\n_\r\n_\r\n+PONG\r\n");
  client().Ask("HELLO 2\r\n");
  Send("GET none\r\nMGET none\r\n");
  Expect("$-1\r\n*1\r\n$-1\r\n");
}

CONFORMANCE(Connection, HelloOfOneClientIsNotAnothers, kStore | kConcurrent) {
  Client three = Connect();
  Client two = Connect();
  three.Ask("HELLO 3\r\n");
  EXPECT_EQ(two.Ask("GET none\r\n"), "$-1\r\n");
  EXPECT_EQ(three.Ask("GET none\r\n"), "_\r\n");
}

CONFORMANCE(Connection, HelloRefusesOtherVersions, kStore) {
  const Row table[] = {
      {"HELLO 1", "-NOPROTO unsupported protocol version\r\n"},
      {"HELLO 4", "-NOPROTO unsupported protocol version\r\n"},
      {"HELLO abc",
       "-ERR Protocol version is not an integer or out of range\r\n"},
      {"HELLO 3 FOO", "-ERR Syntax error in HELLO option 'FOO'\r\n"},
      {"GET none", "$-1\r\n"},  // still RESP2
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.request);
    Send(std::string(row.request) + "\r\n");
    Expect(row.reply);
  }
}

CONFORMANCE(Connection, HelloMaySetTheName, kStore) {
  EXPECT_THAT(client().Ask("HELLO 2 SETNAME bob\r\n"), StartsWith("*14\r\n"));
  Send("CLIENT GETNAME\r\n");
  Expect(Bulk("bob"));
}

CONFORMANCE(Connection, ResetForgetsNameAndVersion, kStore) {
  client().Ask("HELLO 3 SETNAME bob\r\n");
  Send("RESET\r\nCLIENT GETNAME\r\nGET none\r\n");
  Expect("+RESET\r\n$-1\r\n$-1\r\n");
}

CONFORMANCE(Connection, CommandCountIsWhatCommandLists, kStore) {
  std::string count = client().Ask("COMMAND COUNT\r\n");
  ASSERT_THAT(count, MatchesRegex(":[1-9][0-9]*\r\n"));
  EXPECT_THAT(client().Ask("COMMAND\r\n"), StartsWith("*" + count.substr(1)));
}

CONFORMANCE(Connection, CommandInfoDescribesACommand, kStore) {
  const Row table[] = {
      {"get", "$3\r\nget\r\n:2\r\n"},       {"SET", "$3\r\nset\r\n:-3\r\n"},
      {"mset", "$4\r\nmset\r\n:-3\r\n"},    {"mget", "$4\r\nmget\r\n:-2\r\n"},
      {"incrby", "$6\r\nincrby\r\n:3\r\n"}, {"del", "$3\r\ndel\r\n:-2\r\n"},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.request);
    EXPECT_THAT(client().Ask("COMMAND INFO "s + row.request + "\r\n"),
                AllOf(StartsWith("*1\r\n*"), HasSubstr(row.reply)));
  }
  EXPECT_THAT(client().Ask("COMMAND INFO mset\r\n"),
              HasSubstr(":1\r\n:-1\r\n:2\r\n"));  // where its keys are
}

CONFORMANCE(Connection, CommandInfoOfAnUnknownNameIsANull, kStore) {
  std::string reply = client().Ask("COMMAND INFO nosuch\r\n");
  EXPECT_THAT(reply, MatchesRegex("\\*1\r\n[*$]-1\r\n"));
  Send("PING\r\n");
  Expect("+PONG\r\n");
}

// redis-cli asks for hints; what is in them is the server's.
CONFORMANCE(Connection, CommandDocsIsAnArrayByName, kStore) {
  EXPECT_THAT(client().Ask("COMMAND DOCS get\r\n"),
              AnyOf("*0\r\n", StartsWith("*2\r\n$3\r\nget\r\n*")));
  Send("COMMAND DOCS nosuch\r\n");
  Expect("*0\r\n");
}

CONFORMANCE(Connection, InfoIsOneBulkWithTheVersion, kStore) {
  EXPECT_THAT(client().Ask("INFO\r\n"),
              AllOf(StartsWith("$"), HasSubstr("redis_version:7"),
                    HasSubstr("# Server\r\n")));
  EXPECT_THAT(client().Ask("info server\r\n"), HasSubstr("redis_version:"));
  EXPECT_THAT(client().Ask("INFO nosuch\r\n"), StartsWith("$"));
  Send("PING\r\n");
  Expect("+PONG\r\n");
}

CONFORMANCE(Connection, QuitAnswersOkAndClosesBeforeTheNextRequest, kStore) {
  for (const std::string& quit :
       {Resp({"QUIT"}), "QUIT\r\n"s, "quit\r\n"s, "QUIT now\r\n"s}) {
    SCOPED_TRACE(Shown(quit));
    Client leaving = Connect();
    leaving.Send("ECHO before\r\n" + quit + "SET k v\r\n");
    leaving.Expect(Bulk("before") + "+OK\r\n");
    leaving.ExpectClosed();
  }
  Send("EXISTS k\r\n");
  Expect(":0\r\n");
}

CONFORMANCE(Connection, QuitOrStopOnALineClosesWithoutAWord, kStore | kOurs) {
  for (const char* quit : {"QUIT\n", "STOP\n", "stop\n", " Stop \n"}) {
    SCOPED_TRACE(Shown(quit));
    Client leaving = Connect();
    leaving.Send("ECHO before\n"s + quit + "SET k v\n");
    leaving.Expect("before\n");
    leaving.ExpectClosed();
  }
  Send("EXISTS k\n");
  Expect("0\n");
}

CONFORMANCE(Connection, StopIsNoCommandOfRedis, kStore) {
  Send("STOP\r\nPING\r\n");
  Expect(
      "-ERR unknown command 'STOP', with args beginning with: \r\n"
      "+PONG\r\n");
}

// What a browser would send on behalf of a page that must not get this far.
CONFORMANCE(Connection, HttpIsClosedWithoutAnAnswer, kStore) {
  for (const char* http :
       {"POST / HTTP/1.1\r\nSET k v\r\n", "Host: localhost\r\nSET k v\r\n"}) {
    SCOPED_TRACE(Shown(http));
    Client browser = Connect();
    browser.Send(http);
    browser.ExpectClosed();
  }
  Send("EXISTS k\r\n");
  Expect(":0\r\n");
}

CONFORMANCE(Connection, DebugNeedsAServerStartedForIt, kStore) {
  EXPECT_THAT(client().Ask("DEBUG SLEEP 0\r\n"),
              StartsWith("-ERR DEBUG command not allowed"));
}

CONFORMANCE(Connection, DebugSleepIsThereInTheLab, kStore | kProcess) {
  ServerProcess server = StartServer({"--lab"});
  Client sleeper = ConnectTo(server);
  sleeper.Send("DEBUG SLEEP 0\r\nDEBUG SLEEP 0.01 key\r\nPING\r\n");
  sleeper.Expect("+OK\r\n+OK\r\n+PONG\r\n");
  for (const char* wrong : {"DEBUG", "DEBUG SLEEP", "DEBUG SLEEP x",
                            "DEBUG SLEEP -1", "DEBUG OTHER 1"}) {
    SCOPED_TRACE(wrong);
    EXPECT_THAT(sleeper.Ask(wrong + "\r\n"s), StartsWith("-ERR "));
  }
}

}  // namespace
}  // namespace stepkv::testing
