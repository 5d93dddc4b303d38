// The line dialect: one request line gets exactly one reply line, whatever the
// data holds.
#include "tests/conformance/fixture.h"

namespace stepkv::testing {
namespace {

constexpr Needs kLines = kStore | kOurs;

struct Row {
  std::string value;
  const char* line;  // without its LF
};

CONFORMANCE(LineDialect, AnswersAsPeopleWriteThem, kLines) {
  const Row table[] = {
      {"PING", "PONG"},
      {"SET k v", "OK"},
      {"GET k", "v"},
      {"GET none", ""},
      {"STRLEN k", "1"},
      {"DECR n", "-1"},
      {"EXISTS k", "1"},
      {"SET k w XX GET", "v"},
      {"SET k w NX", ""},
      {"ECHO \"two words\"", "two words"},
      {"MGET k n none", "w -1 (nil)"},
      {"MGET none", "(nil)"},
      {"CONFIG GET no-such-parameter", ""},
      {"CLIENT GETNAME", ""},
      {"INCR k", "ERR value is not an integer or out of range"},
      {"GETX a", "ERR unknown command 'GETX', with args beginning with: 'a' "},
      {"SET k", "ERR wrong number of arguments for 'set' command"},
      {"SELECT 7", "ERR DB index is out of range"},
      {"RESET", "RESET"},
      {"DBSIZE", "2"},
      {"FLUSHALL", "OK"},
  };
  for (const auto& [request, line] : table) {
    SCOPED_TRACE(request);
    Send(request + "\n");
    Expect(line + "\n"s);
  }
}

CONFORMANCE(LineDialect, ValuesThatCouldBeMistakenAreQuoted, kLines) {
  const Row table[] = {
      {"", R"("")"},
      {"plain", "plain"},
      {"two words", "two words"},
      {" blanks ", " blanks "},
      {"(nil)", "(nil)"},
      {"ERR not an error", "ERR not an error"},
      {"a\nb", R"("a\nb")"},
      {"a\r\nb", R"("a\r\nb")"},
      {"\n", R"("\n")"},
      {"\t", R"("\t")"},
      {"\a\b", R"("\a\b")"},
      {"\0"s, R"("\x00")"},
      {"a\0b"s, R"("a\x00b")"},
      {"\x1b[2J", R"("\x1b[2J")"},
      {"\x7f", R"("\x7f")"},
      {"\"", R"("\"")"},
      {"\"\"", R"("\"\"")"},
      {"\"a\" b", R"("\"a\" b")"},
      {"'a'", R"("'a'")"},
      {"say \"a\"", "say \"a\""},  // a quote is no danger further on
      {"it's", "it's"},
      {"a\\nb", "a\\nb"},
      {"a\\nb\n", R"("a\\nb\n")"},
      {"h\xc3\xa9", "h\xc3\xa9"},
      {"\xff\xfe", "\xff\xfe"},
      {"\xff\n", "\"\xff\\n\""},
  };
  for (const auto& [value, line] : table) {
    SCOPED_TRACE(Shown(value));
    Send(Resp({"SET", "k", value}) + "GET k\n");
    Expect("+OK\r\n"s + line + "\n");
  }
}

CONFORMANCE(LineDialect, ElementsOfAListCannotBeForged, kLines) {
  const Row table[] = {
      {"two words", R"("two words")"},
      {"(nil)", "\"(nil)\""},
      {"", R"("")"},
      {"\n", R"("\n")"},
      {"\"x", R"("\"x")"},
      {"(nil)x", "(nil)x"},
      {"x", "x"},
  };
  for (const auto& [value, shown] : table) {
    SCOPED_TRACE(Shown(value));
    Send(Resp({"SET", "k", value}) + "MGET k none k\n");
    Expect("+OK\r\n"s + shown + " (nil) " + shown + "\n");
  }
}

CONFORMANCE(LineDialect, QuotedValuesReadBackAsTheyWere, kLines) {
  std::string value;
  for (int i = 0; i < 256; ++i) value += static_cast<char>(i);
  Send(Resp({"SET", "k", value}) + "GET k\n");
  Expect("+OK\r\n");
  std::string shown = client().ReadLine();
  ASSERT_FALSE(shown.empty());
  shown.pop_back();
  Send("SET copy " + shown + "\n");
  Expect("OK\n");
  Send(Resp({"GET", "copy"}));
  Expect(Bulk(value));
}

CONFORMANCE(LineDialect, EveryCommandAnswersOneLine, kLines) {
  for (const char* command :
       {"INFO", "COMMAND", "COMMAND COUNT", "COMMAND INFO get set none",
        "COMMAND DOCS", "HELLO", "HELLO 2", "HELLO 3", "CONFIG GET *",
        "CLIENT ID", "CLIENT SETNAME me", "CLIENT FOO", "MGET a b",
        "DEBUG SLEEP 0", "RESET"}) {
    SCOPED_TRACE(command);
    Send(command + "\nECHO sentinel\n"s);
    EXPECT_THAT(client().ReadLine(), ::testing::EndsWith("\n"));
    Expect("sentinel\n");
  }
}

CONFORMANCE(LineDialect, StaysAsItIsAfterHello3, kLines) {
  Send("HELLO 3\nECHO sentinel\nGET none\nMGET none\n");
  client().ReadLine();
  Expect("sentinel\n\n(nil)\n");
}

CONFORMANCE(LineDialect, AnErrorShowsNoLineBreakOfTheRequest, kLines) {
  Send("GETX \"a\\nOK\"\nPING\n");
  Expect(
      "ERR unknown command 'GETX', with args beginning with: 'a OK' \n"
      "PONG\n");
}

CONFORMANCE(LineDialect, BlanksAroundTheWordsDoNotMatter, kLines) {
  Send("  SET \t k   v  \n\tGET  k\t\n");
  Expect("OK\nv\n");
}

CONFORMANCE(LineDialect, CrInsideALineIsABlank, kLines) {
  Send("SET\rk v\nGET k\n");
  Expect("OK\nv\n");
}

}  // namespace
}  // namespace stepkv::testing
