// Every command on data: what it answers and what it leaves behind. Each script
// runs in every dialect, step by step and again as one pipeline.
#include "tests/conformance/fixture.h"

namespace stepkv::testing {
namespace {

struct Step {
  const char* words;  // `""` is an empty word
  const char* reply;  // in RESP
};
using Script = std::vector<Step>;

constexpr char kNotAnInteger[] =
    "-ERR value is not an integer or out of range\r\n";
constexpr char kOverflow[] = "-ERR increment or decrement would overflow\r\n";
constexpr char kSyntax[] = "-ERR syntax error\r\n";

class Scripts : public Case {
 protected:
  void Run(const Script& script) {
    for (const Dialect& dialect : Dialects()) {
      SCOPED_TRACE(dialect.name);
      OneByOne(dialect, script);
      Pipelined(dialect, script);
    }
  }

 private:
  void Flush() {
    Send("FLUSHALL\r\n");
    Expect("+OK\r\n");
  }

  void OneByOne(const Dialect& dialect, const Script& script) {
    Flush();
    for (const Step& step : script) {
      SCOPED_TRACE(step.words);
      Send(dialect.encode(step.words));
      Expect(dialect.render(step.reply));
    }
  }

  void Pipelined(const Dialect& dialect, const Script& script) {
    SCOPED_TRACE("pipelined");
    Flush();
    std::string requests;
    std::string replies;
    for (const Step& step : script) {
      requests += dialect.encode(step.words);
      replies += dialect.render(step.reply);
    }
    Send(requests);
    Expect(replies);
  }
};

// SCRIPT(Fact, steps...) is a case that runs one script.
#define SCRIPT(name, ...)                                     \
  class Commands_##name : public Scripts {                    \
    void TestBody() override { Run(Script{__VA_ARGS__}); }    \
  };                                                          \
  [[maybe_unused]] const bool commands_##name##_added =       \
      AddCase({"Commands", #name, kStore, __FILE__, __LINE__, \
               []() -> Case* { return new Commands_##name; }})

SCRIPT(PingAndEcho, {"PING", "+PONG\r\n"}, {"PING hello", "$5\r\nhello\r\n"},
       {"PING \"\"", "$0\r\n\r\n"},
       {"PING a b", "-ERR wrong number of arguments for 'ping' command\r\n"},
       {"ECHO hello", "$5\r\nhello\r\n"}, {"ECHO \"\"", "$0\r\n\r\n"},
       {"ECHO", "-ERR wrong number of arguments for 'echo' command\r\n"},
       {"ECHO a b", "-ERR wrong number of arguments for 'echo' command\r\n"});

SCRIPT(GetGivesWhatSetGave, {"GET k", "$-1\r\n"}, {"SET k v", "+OK\r\n"},
       {"GET k", "$1\r\nv\r\n"}, {"SET k other", "+OK\r\n"},
       {"GET k", "$5\r\nother\r\n"}, {"SET k \"\"", "+OK\r\n"},
       {"GET k", "$0\r\n\r\n"}, {"SET \"\" empty-key", "+OK\r\n"},
       {"GET \"\"", "$9\r\nempty-key\r\n"}, {"GET K", "$-1\r\n"});

SCRIPT(SetNxAndXxAskWhetherTheKeyIsThere, {"SET k 1 XX", "$-1\r\n"},
       {"GET k", "$-1\r\n"}, {"SET k 2 NX", "+OK\r\n"},
       {"SET k 3 NX", "$-1\r\n"}, {"GET k", "$1\r\n2\r\n"},
       {"SET k 4 XX", "+OK\r\n"}, {"GET k", "$1\r\n4\r\n"},
       {"SET k 5 nx", "$-1\r\n"}, {"SET k 6 xX", "+OK\r\n"},
       {"GET k", "$1\r\n6\r\n"});

SCRIPT(SetGetGivesTheOldValue, {"SET k 1 GET", "$-1\r\n"},
       {"SET k 2 GET", "$1\r\n1\r\n"}, {"SET k 3 get", "$1\r\n2\r\n"},
       {"GET k", "$1\r\n3\r\n"}, {"SET k 4 NX GET", "$1\r\n3\r\n"},
       {"GET k", "$1\r\n3\r\n"}, {"SET k 5 GET NX", "$1\r\n3\r\n"},
       {"GET k", "$1\r\n3\r\n"}, {"SET k 6 XX GET", "$1\r\n3\r\n"},
       {"GET k", "$1\r\n6\r\n"}, {"SET new 7 GET XX", "$-1\r\n"},
       {"GET new", "$-1\r\n"}, {"SET new 8 GET NX", "$-1\r\n"},
       {"GET new", "$1\r\n8\r\n"}, {"SET k 9 GET GET", "$1\r\n6\r\n"},
       {"GET k", "$1\r\n9\r\n"});

SCRIPT(SetRefusesWhatItDoesNotKnow,
       {"SET", "-ERR wrong number of arguments for 'set' command\r\n"},
       {"SET k", "-ERR wrong number of arguments for 'set' command\r\n"},
       {"SET k v NX XX", kSyntax}, {"SET k v XX NX", kSyntax},
       {"SET k v FOO", kSyntax}, {"SET k v NX FOO", kSyntax},
       {"SET k v \"\"", kSyntax}, {"SET k v GET NX XX", kSyntax},
       {"EXISTS k", ":0\r\n"}, {"SET k v NX NX", "+OK\r\n"});

SCRIPT(GetTakesOneKey,
       {"GET", "-ERR wrong number of arguments for 'get' command\r\n"},
       {"GET a b", "-ERR wrong number of arguments for 'get' command\r\n"});

SCRIPT(SetNx, {"SETNX k a", ":1\r\n"}, {"SETNX k b", ":0\r\n"},
       {"GET k", "$1\r\na\r\n"}, {"DEL k", ":1\r\n"}, {"SETNX k c", ":1\r\n"},
       {"SETNX k", "-ERR wrong number of arguments for 'setnx' command\r\n"},
       {"SETNX k a b",
        "-ERR wrong number of arguments for 'setnx' command\r\n"});

SCRIPT(GetSet, {"GETSET k a", "$-1\r\n"}, {"GETSET k b", "$1\r\na\r\n"},
       {"GETSET k \"\"", "$1\r\nb\r\n"}, {"GETSET k c", "$0\r\n\r\n"},
       {"GET k", "$1\r\nc\r\n"},
       {"GETSET k", "-ERR wrong number of arguments for 'getset' command\r\n"},
       {"GETSET k a b",
        "-ERR wrong number of arguments for 'getset' command\r\n"});

SCRIPT(GetDel, {"GETDEL k", "$-1\r\n"}, {"SET k v", "+OK\r\n"},
       {"GETDEL k", "$1\r\nv\r\n"}, {"GETDEL k", "$-1\r\n"},
       {"EXISTS k", ":0\r\n"}, {"DBSIZE", ":0\r\n"},
       {"GETDEL", "-ERR wrong number of arguments for 'getdel' command\r\n"},
       {"GETDEL a b",
        "-ERR wrong number of arguments for 'getdel' command\r\n"});

SCRIPT(DelCountsTheKeysThatWereThere, {"MSET a 1 b 2 c 3", "+OK\r\n"},
       {"DEL a", ":1\r\n"}, {"DEL a", ":0\r\n"}, {"DEL b b none c", ":2\r\n"},
       {"DBSIZE", ":0\r\n"},
       {"DEL", "-ERR wrong number of arguments for 'del' command\r\n"});

SCRIPT(ExistsCountsAKeyAsOftenAsItIsNamed, {"EXISTS a", ":0\r\n"},
       {"MSET a 1 b \"\"", "+OK\r\n"}, {"EXISTS a", ":1\r\n"},
       {"EXISTS a a b none a", ":4\r\n"},
       {"EXISTS", "-ERR wrong number of arguments for 'exists' command\r\n"});

SCRIPT(AppendMakesOrExtendsAValue, {"APPEND k ab", ":2\r\n"},
       {"APPEND k \"\"", ":2\r\n"}, {"APPEND k cde", ":5\r\n"},
       {"GET k", "$5\r\nabcde\r\n"}, {"APPEND new \"\"", ":0\r\n"},
       {"EXISTS new", ":1\r\n"}, {"SET n 1", "+OK\r\n"},
       {"APPEND n 0", ":2\r\n"}, {"INCR n", ":11\r\n"},
       {"APPEND k", "-ERR wrong number of arguments for 'append' command\r\n"},
       {"APPEND k a b",
        "-ERR wrong number of arguments for 'append' command\r\n"});

SCRIPT(StrLen, {"STRLEN k", ":0\r\n"}, {"SET k hello", "+OK\r\n"},
       {"STRLEN k", ":5\r\n"}, {"SET k \"\"", "+OK\r\n"},
       {"STRLEN k", ":0\r\n"}, {"SET k 12345678901", "+OK\r\n"},
       {"STRLEN k", ":11\r\n"},
       {"STRLEN", "-ERR wrong number of arguments for 'strlen' command\r\n"},
       {"STRLEN a b",
        "-ERR wrong number of arguments for 'strlen' command\r\n"});

SCRIPT(IncrAndDecrCountFromNothing, {"INCR n", ":1\r\n"}, {"INCR n", ":2\r\n"},
       {"DECR n", ":1\r\n"}, {"DECR n", ":0\r\n"}, {"DECR n", ":-1\r\n"},
       {"DECR m", ":-1\r\n"}, {"GET n", "$2\r\n-1\r\n"},
       {"INCRBY n 43", ":42\r\n"}, {"DECRBY n 50", ":-8\r\n"},
       {"INCRBY n -2", ":-10\r\n"}, {"DECRBY n -20", ":10\r\n"},
       {"INCRBY x 5", ":5\r\n"}, {"DECRBY y 5", ":-5\r\n"},
       {"INCRBY n 0", ":10\r\n"}, {"SET s 41", "+OK\r\n"},
       {"INCR s", ":42\r\n"});

SCRIPT(IncrAndDecrHaveTheirArity,
       {"INCR", "-ERR wrong number of arguments for 'incr' command\r\n"},
       {"INCR a b", "-ERR wrong number of arguments for 'incr' command\r\n"},
       {"DECR", "-ERR wrong number of arguments for 'decr' command\r\n"},
       {"DECR a b", "-ERR wrong number of arguments for 'decr' command\r\n"},
       {"INCRBY a", "-ERR wrong number of arguments for 'incrby' command\r\n"},
       {"DECRBY a 1 2",
        "-ERR wrong number of arguments for 'decrby' command\r\n"});

SCRIPT(CountersStopAtTheEndsOf64Bits, {"SET n 9223372036854775806", "+OK\r\n"},
       {"INCR n", ":9223372036854775807\r\n"}, {"INCR n", kOverflow},
       {"INCRBY n 1", kOverflow}, {"DECRBY n -1", kOverflow},
       {"GET n", "$19\r\n9223372036854775807\r\n"},
       {"SET n -9223372036854775807", "+OK\r\n"},
       {"DECR n", ":-9223372036854775808\r\n"}, {"DECR n", kOverflow},
       {"INCRBY n -1", kOverflow}, {"DECRBY n 9223372036854775807", kOverflow},
       {"GET n", "$20\r\n-9223372036854775808\r\n"},
       {"INCRBY n 9223372036854775807", ":-1\r\n"},
       {"DECRBY n -9223372036854775808", "-ERR decrement would overflow\r\n"},
       {"INCRBY n -9223372036854775808", kOverflow},
       {"SET n 9223372036854775808", "+OK\r\n"}, {"INCR n", kNotAnInteger},
       {"SET n -9223372036854775809", "+OK\r\n"}, {"DECR n", kNotAnInteger});

SCRIPT(CountersTakeNoOtherIncrement, {"INCRBY n x", kNotAnInteger},
       {"INCRBY n 1.5", kNotAnInteger}, {"INCRBY n \"\"", kNotAnInteger},
       {"INCRBY n +1", kNotAnInteger}, {"INCRBY n 01", kNotAnInteger},
       {"INCRBY n 0x10", kNotAnInteger}, {"INCRBY n -", kNotAnInteger},
       {"INCRBY n -0", kNotAnInteger},
       {"INCRBY n 9223372036854775808", kNotAnInteger},
       {"DECRBY n -9223372036854775809", kNotAnInteger},
       {"DECRBY n x", kNotAnInteger}, {"EXISTS n", ":0\r\n"});

CONFORMANCE(Commands, IncrRefusesAValueThatIsNotAnInteger, kStore) {
  for (const char* value :
       {"", "x", " 1", "1 ", "01", "+1", "-0", "--1", "-", "1.0", "1e3", "0x1",
        "1\n", "12345678901234567890", "00", "\xd9\xa1"}) {
    SCOPED_TRACE(Shown(value));
    for (const char* command : {"INCR", "DECR"}) {
      Send(Resp({"SET", "k", value}) + Resp({command, "k"}) +
           Resp({"GET", "k"}));
      Expect("+OK\r\n"s + kNotAnInteger + Bulk(value));
    }
  }
}

SCRIPT(MGetGivesOneReplyForEachKey, {"MSET a 1 b 2", "+OK\r\n"},
       {"MGET a none b a", "*4\r\n$1\r\n1\r\n$-1\r\n$1\r\n2\r\n$1\r\n1\r\n"},
       {"MGET a", "*1\r\n$1\r\n1\r\n"}, {"MGET none", "*1\r\n$-1\r\n"},
       {"MGET", "-ERR wrong number of arguments for 'mget' command\r\n"});

SCRIPT(MSetTakesPairsAndTheLastOneWins, {"MSET a 1 b 2 a 3", "+OK\r\n"},
       {"MGET a b", "*2\r\n$1\r\n3\r\n$1\r\n2\r\n"}, {"DBSIZE", ":2\r\n"},
       {"MSET a", "-ERR wrong number of arguments for 'mset' command\r\n"},
       {"MSET", "-ERR wrong number of arguments for 'mset' command\r\n"},
       {"MSET a 5 b", "-ERR wrong number of arguments for 'mset' command\r\n"},
       {"MSET a 5 b 6 c",
        "-ERR wrong number of arguments for 'mset' command\r\n"},
       {"MGET a b c", "*3\r\n$1\r\n3\r\n$1\r\n2\r\n$-1\r\n"});

SCRIPT(MSetNxSetsAllOrNothing, {"MSETNX a 1 b 2", ":1\r\n"},
       {"MSETNX c 3 b 9", ":0\r\n"},
       {"MGET a b c", "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$-1\r\n"},
       {"MSETNX c 3 c 4", ":1\r\n"}, {"GET c", "$1\r\n4\r\n"},
       {"MSETNX d", "-ERR wrong number of arguments for 'msetnx' command\r\n"},
       {"MSETNX d 1 e",
        "-ERR wrong number of arguments for 'msetnx' command\r\n"},
       {"DBSIZE", ":3\r\n"});

SCRIPT(DbSizeAndFlush, {"DBSIZE", ":0\r\n"}, {"MSET a 1 b 2 c 3", "+OK\r\n"},
       {"DBSIZE", ":3\r\n"}, {"FLUSHALL", "+OK\r\n"}, {"DBSIZE", ":0\r\n"},
       {"GET a", "$-1\r\n"}, {"SET a 1", "+OK\r\n"}, {"FLUSHDB", "+OK\r\n"},
       {"DBSIZE", ":0\r\n"}, {"SET a 1", "+OK\r\n"},
       {"FLUSHALL ASYNC", "+OK\r\n"}, {"SET a 1", "+OK\r\n"},
       {"FLUSHDB sync", "+OK\r\n"}, {"DBSIZE", ":0\r\n"},
       {"SET a 1", "+OK\r\n"}, {"FLUSHALL NOW", kSyntax},
       {"FLUSHDB SYNC ASYNC", kSyntax}, {"DBSIZE", ":1\r\n"},
       {"DBSIZE x", "-ERR wrong number of arguments for 'dbsize' command\r\n"});

SCRIPT(NamesMayBeInAnyCase, {"set k 1", "+OK\r\n"}, {"SeT k 2", "+OK\r\n"},
       {"gEt k", "$1\r\n2\r\n"}, {"iNcRbY k 3", ":5\r\n"}, {"dbSize", ":1\r\n"},
       {"FlushAll", "+OK\r\n"}, {"pinG", "+PONG\r\n"});

SCRIPT(UnknownCommandsAreErrorsThatNameThem,
       {"GETX a",
        "-ERR unknown command 'GETX', with args beginning with: 'a' \r\n"},
       {"NOPE", "-ERR unknown command 'NOPE', with args beginning with: \r\n"},
       {"GE k v",
        "-ERR unknown command 'GE', with args beginning with: 'k' 'v' \r\n"},
       {"\"\"", "-ERR unknown command '', with args beginning with: \r\n"},
       {"SET2 \"\"",
        "-ERR unknown command 'SET2', with args beginning with: '' \r\n"},
       {"PING", "+PONG\r\n"});

CONFORMANCE(Commands, UnknownCommandShowsAtMost128BytesOfEach, kStore) {
  const std::string word(300, 'x');
  Send(Resp({word, word, "b"}));
  Expect("-ERR unknown command '" + word.substr(0, 128) +
         "', with args beginning with: '" + word.substr(0, 128) + "' \r\n");
}

CONFORMANCE(Commands, ErrorsStayOnOneLine, kStore) {
  Send(Resp({"GE\r\nT", "a\nb"}) + Resp({"PING"}));
  Expect(
      "-ERR unknown command 'GE  T', with args beginning with: 'a b' \r\n"
      "+PONG\r\n");
}

CONFORMANCE(Commands, KeysAndValuesHoldAnyBytes, kStore) {
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  const std::string table[] = {"\0"s,       "\0\0"s,          "a\0b"s,
                               "a\0c"s,     "\r\n"s,          "\n"s,
                               "\xff\xfe"s, "$1\r\nx\r\n"s,   "+OK\r\n"s,
                               "*0\r\n"s,   every_byte + "x", every_byte};
  for (const std::string& bytes : table) {
    Send(Resp({"SET", bytes, "value of " + bytes}));
    Expect("+OK\r\n");
  }
  for (const std::string& bytes : table) {
    SCOPED_TRACE(Shown(bytes));
    Send(Resp({"GET", bytes}));
    Expect(Bulk("value of " + bytes));
  }
  Send(Resp({"DBSIZE"}) + Resp({"GET", "a"}));
  Expect(":12\r\n$-1\r\n");
}

CONFORMANCE(Commands, EveryCommandTakesBinaryKeys, kStore) {
  const std::string key = "k\0\r\n\xff"s;
  const std::string value = "\0\r\n\x80"s;
  Send(Resp({"SETNX", key, value}) + Resp({"APPEND", key, value}) +
       Resp({"STRLEN", key}) + Resp({"GETSET", key, value}) +
       Resp({"MGET", key, "k"}) + Resp({"GETDEL", key}) +
       Resp({"MSETNX", key, "7"}) + Resp({"INCR", key}) +
       Resp({"EXISTS", key}) + Resp({"DEL", key}));
  Expect(":1\r\n:8\r\n:8\r\n" + Bulk(value + value) + "*2\r\n" + Bulk(value) +
         "$-1\r\n" + Bulk(value) + ":1\r\n:8\r\n:1\r\n:1\r\n");
}

CONFORMANCE(Commands, ManyKeysAreKeptApart, kStore) {
  std::string sets;
  std::string gets;
  std::string values;
  for (int i = 0; i < 5000; ++i) {
    std::string number = std::to_string(i);
    sets += Resp({"SET", "key:" + number, "value:" + number});
    gets += Resp({"GET", "key:" + number});
    values += Bulk("value:" + number);
  }
  client().Exchange(sets, Repeat("+OK\r\n", 5000));
  client().Exchange(gets + Resp({"DBSIZE"}), values + ":5000\r\n");
  client().Exchange(Resp({"FLUSHALL"}) + Resp({"DBSIZE"}), "+OK\r\n:0\r\n");
}

CONFORMANCE(Commands, KeysOfEveryClientAreTheSameKeys, kStore | kConcurrent) {
  Client one = Connect();
  Client other = Connect();
  EXPECT_EQ(one.Ask("SET k 1\r\n"), "+OK\r\n");
  EXPECT_EQ(other.Ask("INCR k\r\n"), ":2\r\n");
  EXPECT_EQ(one.Ask("GETDEL k\r\n"), Bulk("2"));
  EXPECT_EQ(other.Ask("EXISTS k\r\n"), ":0\r\n");
}

// What a step does not have it refuses, rather than half do it.
CONFORMANCE(Commands, OptionsOfRedisThatWeLackAreSyntaxErrors, kStore | kOurs) {
  for (const char* options :
       {"EX 10", "PX 10", "KEEPTTL", "EXAT 99999999999", "NX EX 10"}) {
    SCOPED_TRACE(options);
    Send("SET k v "s + options + "\r\nEXISTS k\r\n");
    Expect(kSyntax + ":0\r\n"s);
  }
}

}  // namespace
}  // namespace stepkv::testing
