// Where a request begins and ends, whatever way its bytes arrive.
#include "tests/conformance/fixture.h"

namespace stepkv::testing {
namespace {

struct Exchange {
  const char* name;
  std::string ping, pong;  // a request ahead, and its reply
  std::string request, reply;
};

std::vector<Exchange> Exchanges() {
  std::string value = "a\r\nb\0\"c"s;
  std::vector<Exchange> exchanges{
      {"RESP", Resp({"PING"}), "+PONG\r\n",
       Resp({"SET", "k\r\n", value}) + Resp({"GET", "k\r\n"}),
       "+OK\r\n" + Bulk(value)},
      {"inline", "PING\r\n", "+PONG\r\n",
       "SET k \"a \\x41\\n\" GET\r\n\r\nGET k\r\n", "$-1\r\n" + Bulk("a A\n")}};
  if (TheTarget().Has(kOurs)) {
    exchanges.push_back({"line", "PING\n", "PONG\n",
                         "SET k \"hello world\"\n\nGET k\nSTRLEN k\n",
                         "OK\nhello world\n11\n"});
  }
  return exchanges;
}

// The request ahead travels in one packet with the first part. Its reply shows
// that the server has read that part before the rest is sent.
CONFORMANCE(Framing, RequestSplitAtEveryByteGivesTheSameReply, kStore) {
  for (const Exchange& exchange : Exchanges()) {
    SCOPED_TRACE(exchange.name);
    for (std::size_t i = 0; i <= exchange.request.size(); ++i) {
      SCOPED_TRACE("split after " + std::to_string(i) + " bytes");
      Send("DEL k\r\n");
      client().ReadReply();
      Send(exchange.ping + exchange.request.substr(0, i));
      Expect(exchange.pong);
      Send(exchange.request.substr(i));
      Expect(exchange.reply);
    }
  }
}

CONFORMANCE(Framing, RequestsSentByteByByteGiveTheSameReplies, kStore) {
  for (const Exchange& exchange : Exchanges()) {
    SCOPED_TRACE(exchange.name);
    for (char byte : exchange.ping + exchange.request + exchange.ping) {
      Send({&byte, 1});
    }
    Expect(exchange.pong + exchange.reply + exchange.pong);
  }
}

CONFORMANCE(Framing, PipelineOfTenThousandIsAnsweredInOrder, kStore) {
  for (const Dialect& dialect : Dialects()) {
    SCOPED_TRACE(dialect.name);
    std::string requests;
    std::string replies;
    for (int i = 0; i < 10000; ++i) {
      std::string number = std::to_string(i);
      requests += dialect.encode("ECHO " + number);
      replies += dialect.render(Bulk(number));
    }
    client().Exchange(requests, replies);
  }
}

CONFORMANCE(Framing, PipelinedRequestsSeeWhatTheOnesBeforeThemDid, kStore) {
  for (const Dialect& dialect : Dialects()) {
    SCOPED_TRACE(dialect.name);
    std::string requests = dialect.encode("DEL n");
    std::string replies;
    for (int i = 1; i <= 2000; ++i) {
      requests += dialect.encode("INCR n") + dialect.encode("GET n");
      std::string number = std::to_string(i);
      replies += dialect.render(":" + number + "\r\n");
      replies += dialect.render(Bulk(number));
    }
    Send(dialect.encode("SET n 0"));
    Expect(dialect.render("+OK\r\n"));
    client().Exchange(requests, dialect.render(":1\r\n") + replies);
  }
}

CONFORMANCE(Framing, ValueLargerThanAnyBufferComesBackUnchanged, kStore) {
  const std::string value = Pattern(16 * 1024 * 1024);
  client().Exchange(Resp({"SET", "big", value}), "+OK\r\n");
  client().Exchange(Resp({"STRLEN", "big"}),
                    ":" + std::to_string(value.size()) + "\r\n");
  client().Exchange(Resp({"GET", "big"}), Bulk(value));
}

CONFORMANCE(Framing, ValuesAroundTheSizesOfBuffersComeBackUnchanged, kStore) {
  for (std::size_t power : {4096U, 16384U, 32768U, 65536U, 1048576U}) {
    for (std::size_t size = power - 40; size <= power + 2; ++size) {
      std::string value = Pattern(size);
      Send(Resp({"ECHO", value}) + Resp({"PING"}));
      Expect(Bulk(value) + "+PONG\r\n");
    }
  }
}

CONFORMANCE(Framing, RequestOfManyArgumentsIsOneRequest, kStore) {
  std::vector<std::string> mset{"MSET"};
  std::vector<std::string> mget{"MGET"};
  std::string values = "*20000\r\n";
  for (int i = 0; i < 20000; ++i) {
    mset.insert(mset.end(), {"k" + std::to_string(i), std::to_string(i * 3)});
    mget.push_back("k" + std::to_string(i));
    values += Bulk(std::to_string(i * 3));
  }
  client().Exchange(Resp(mset) + Resp(mget), "+OK\r\n" + values);
}

CONFORMANCE(Framing, InlineAndRespMayBeMixedOnOneConnection, kStore) {
  Send("PING\r\n" + Resp({"SET", "k", "v"}) + "\r\nGET k\r\n" +
       Resp({"GET", "k"}) + "PING\r\n");
  Expect("+PONG\r\n+OK\r\n" + Bulk("v") + Bulk("v") + "+PONG\r\n");
}

CONFORMANCE(Framing, EachRequestIsAnsweredInItsOwnDialect, kStore | kOurs) {
  Send("PING\nPING\r\n" + Resp({"PING"}) + "PING\n" + Resp({"GET", "none"}) +
       "GET none\nGETX\nGETX\r\n");
  Expect(
      "PONG\n+PONG\r\n+PONG\r\nPONG\n$-1\r\n\n"
      "ERR unknown command 'GETX', with args beginning with: \n"
      "-ERR unknown command 'GETX', with args beginning with: \r\n");
}

CONFORMANCE(Framing, EmptyRequestsGetNoReply, kStore) {
  for (const char* empty : {"\r\n", "\n", "   \r\n", " \t \n", "*0\r\n",
                            "*-1\r\n", "*-7\r\n", "\r\n\r\n*0\r\n\n"}) {
    SCOPED_TRACE(Shown(empty));
    Send(Resp({"ECHO", "before"}) + empty + Resp({"ECHO", "after"}));
    Expect(Bulk("before") + Bulk("after"));
  }
}

CONFORMANCE(Framing, InlineWordsAreSplitAndQuotedAsInRedis, kStore) {
  const std::pair<const char*, std::string> table[] = {
      {"ECHO word", "word"},
      {"  ECHO \t word  ", "word"},
      {"ECHO \"two words\"", "two words"},
      {"ECHO 'two words'", "two words"},
      {"ECHO \"\"", ""},
      {"ECHO ''", ""},
      {R"(ECHO "\n\r\t\b\a")", "\n\r\t\b\a"},
      {R"(ECHO "\x00\xff\x4A\x4a")", "\0\xffJJ"s},
      {R"(ECHO "\\ \" \q \x4")", "\\ \" q x4"},
      {R"(ECHO '\n \' \x')", "\\n ' \\x"},
      {R"(ECHO a"b c")", "ab c"},  // a quote opens inside a word, too
      {"ECHO \xc3\xa9", "\xc3\xa9"},
      {"\"ECHO\" quoted-name", "quoted-name"},
  };
  for (const auto& [words, value] : table) {
    SCOPED_TRACE(words);
    Send(std::string(words) + "\r\n");
    Expect(Bulk(value));
  }
}

CONFORMANCE(Framing, ByteAfterALengthAndTwoAfterABulkAreSkippedUnseen, kStore) {
  Send("*2\rX$4\rYECHO!?$5\rZhello\n\nPING\r\n");
  Expect(Bulk("hello") + "+PONG\r\n");
}

CONFORMANCE(Framing, NulInAnInlineCommandIsAByteLikeAnyOther, kStore | kOurs) {
  Send("ECHO a\0b\r\nECHO \"\0\"\r\nPING\r\n"sv);
  Expect("$3\r\na\0b\r\n$1\r\n\0\r\n+PONG\r\n"sv);
}

CONFORMANCE(Framing, HalfCloseStillBringsTheReply, kStore) {
  for (const Dialect& dialect : Dialects()) {
    SCOPED_TRACE(dialect.name);
    Client half = Connect();
    half.Send(dialect.encode("ECHO last"));
    half.HalfClose();
    half.Expect(dialect.render(Bulk("last")));
    half.ExpectClosed();
  }
}

// Redis drops what does not fit into the socket's buffer.
CONFORMANCE(Framing, HalfCloseStillBringsMoreThanTheSocketHolds,
            kStore | kOurs) {
  constexpr std::size_t kValues = 64;
  const std::string value = Pattern(1024 * 1024);
  client().Exchange(Resp({"SET", "big", value}), "+OK\r\n");
  Send(Repeat(Resp({"GET", "big"}), kValues));
  client().HalfClose();
  for (std::size_t i = 0; i < kValues; ++i) Expect(Bulk(value));
  ExpectClosed();
}

CONFORMANCE(Framing, UnfinishedRequestBeforeTheEndGetsNoReply, kStore) {
  for (const char* part : {"PIN", "*1\r\n$4\r\nPI", "*1\r\n$4\r\nPING", "*1",
                           "*2\r\n$4\r\nECHO\r\n$"}) {
    SCOPED_TRACE(Shown(part));
    Client half = Connect();
    half.Send(Resp({"PING"}) + part);
    half.HalfClose();
    half.Expect("+PONG\r\n");
    half.ExpectClosed();
  }
}

}  // namespace
}  // namespace stepkv::testing
