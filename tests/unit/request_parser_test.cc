#include "common/request_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/parsing.h"

namespace stepkv::testing {
namespace {

using namespace std::string_literals;

// One of each thing that a parser has to get right, and what goes wrong.
const std::vector<std::string>& Corpus() {
  static const std::vector<std::string> corpus = {
      "GET a\nSET b c\n",
      "GET a\r\nSET b c\r\nGET b\n",
      "\n\r\n  \n\t\r\nPING\n",
      "*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n",
      "*3\r\n$3\r\nSET\r\n$4\r\n\r\n\n*\r\n$0\r\n\r\n",
      "*0\r\n*-1\r\n*-10\r\n*1\r\n$4\r\nPING\r\n",
      "GET a\n*1\r\n$4\r\nPING\r\nGET b\r\n*1\r\n$4\r\nPI",
      "SET a \"x \\x41\\n\\\"\\\\ y\" 'it\\'s \\n' plain\\n\n",
      "SET a \"\" ''\r\nGET mid\"dle\"\n",
      "GET \"open\nGET a\n",
      "GET \"a\"b\nGET a\n",
      "GET \"a\\\nGET a\n",
      "PING a\0b\nPING\0\r\n"s,
      "PING\n*1\r\n$4\r\nPING\r\n*x\r\nPING\r\n",
      "*1\r\n:4\r\nPING\r\n",
      "*1\r\n\r\n",
      "*2\r\n$4\r\nPING\r\n$-1\r\n",
      "*2\r\n$4\r\nPING\r\n$01\r\na\r\n",
      "*\r\n",
      "*1048577\r\n",
      "*1\r\n$536870913\r\n",
      // What stands where the line ends should be is skipped unseen.
      "*1\rX$4\rXPINGXX*1\r\n$4\r\nPING\r\n",
      "\xff\xfe\x80 \x7f\n*1\r\n$2\r\n\xff\x00\r\n"s,
  };
  return corpus;
}

TEST(Splits, TwoPiecesGiveTheSameRequests) {
  for (std::string_view bytes : Corpus()) {
    Parsed whole = Parse(bytes);
    for (std::size_t i = 0; i <= bytes.size(); ++i) {
      EXPECT_EQ(ParsePieces({bytes.substr(0, i), bytes.substr(i)}), whole)
          << bytes << " split at " << i;
    }
  }
}

TEST(Splits, ThreePiecesGiveTheSameRequests) {
  for (std::string_view bytes : Corpus()) {
    Parsed whole = Parse(bytes);
    for (std::size_t i = 0; i <= bytes.size(); ++i) {
      for (std::size_t j = i; j <= bytes.size(); ++j) {
        ASSERT_EQ(ParsePieces({bytes.substr(0, i), bytes.substr(i, j - i),
                               bytes.substr(j)}),
                  whole)
            << bytes << " split at " << i << " and " << j;
      }
    }
  }
}

TEST(Splits, PiecesOfEverySizeGiveTheSameRequests) {
  std::string bytes;  // the good ones of the corpus, one behind the other
  for (const std::string& part : Corpus()) {
    if (Parse(part).error.empty() && Parse(part).buffered == 0) bytes += part;
  }
  Parsed whole = Parse(bytes);
  EXPECT_GT(whole.requests.size(), 15u);
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    ASSERT_EQ(ParsePieces(Pieces(bytes, size), {}), whole) << size;
  }
}

TEST(Splits, ARequestIsThereWithItsLastByte) {
  for (std::string bytes : {"GET a\n"s, "GET a\r\n"s, Resp({"GET", "a\r\n"})}) {
    RequestParser parser;
    Request request;
    for (char byte : bytes) {
      EXPECT_EQ(parser.Next(&request), RequestParser::Status::kIncomplete);
      Feed(parser, {&byte, 1});
    }
    EXPECT_EQ(parser.Next(&request), RequestParser::Status::kComplete);
    EXPECT_EQ(parser.buffered(), 0u);
  }
}

struct Case {
  std::string bytes;
  Words words;
};

class Inline : public ::testing::TestWithParam<Case> {};

TEST_P(Inline, IsSplitIntoWordsAsRedisDoes) {
  Parsed parsed = Parse(GetParam().bytes + "\n");
  ASSERT_EQ(parsed.requests.size(), 1u) << parsed;
  EXPECT_EQ(parsed.requests[0].words, GetParam().words);
  EXPECT_EQ(parsed.requests[0].dialect, Dialect::kLine);
}

INSTANTIATE_TEST_SUITE_P(
    Words, Inline,
    ::testing::Values(
        Case{"a b c", {"a", "b", "c"}}, Case{"  a \t b\v\f ", {"a", "b"}},
        Case{"a\rb", {"a", "b"}}, Case{"\"\"", {""}}, Case{"''", {""}},
        Case{"\"a b\" c", {"a b", "c"}}, Case{"'a b' c", {"a b", "c"}},
        Case{"a\"b c\"", {"ab c"}}, Case{"a'b c' d", {"ab c", "d"}},
        Case{R"("\n\r\t\b\a")", {"\n\r\t\b\a"}}, Case{R"("\q\"\\")", {"q\"\\"}},
        Case{R"("\x41\xfF\x00z")", {"A\xff\0z"s}},
        Case{R"("\x4" "\xg1")", {"x4", "xg1"}}, Case{R"('\n\'')", {"\\n'"}},
        Case{R"(a\n \x41)", {"a\\n", "\\x41"}}, Case{"a\0b"s, {"a\0b"s}},
        Case{"\"a\0b\""s, {"a\0b"s}}, Case{"'\"' \"'\"", {"\"", "'"}}));

TEST(InlineQuotes, NotClosedOrClosedInAWordAreMalformed) {
  for (const char* line : {"a \"b", "a 'b", "\"", "'", "\"a\\\"", "'a\\'",
                           "\"a\"b", "'a'b", "\"a\"\"b\"", "\"\\"}) {
    Parsed parsed = Parse(std::string("PING\n") + line + "\nPING\n");
    EXPECT_EQ(parsed.requests.size(), 1u) << line;
    EXPECT_EQ(parsed.error, "Protocol error: unbalanced quotes in request");
    EXPECT_EQ(parsed.error_dialect, Dialect::kLine);
  }
}

TEST(InlineQuotes, WordsAreUnquotedInPlace) {
  RequestParser parser;
  std::string bytes = "SET \"a\\x41b\" 'c d' e\n";
  std::span<char> room = parser.Prepare(bytes.size());
  Feed(parser, bytes);
  Request request;
  ASSERT_EQ(parser.Next(&request), RequestParser::Status::kComplete);
  for (std::string_view word : request.args) {
    EXPECT_GE(word.data(), room.data());
    EXPECT_LE(word.data() + word.size(), room.data() + bytes.size());
  }
  EXPECT_EQ(request.args[1], "aAb");
}

TEST(InlineDialect, IsTheOneOfTheLinesEnd) {
  Parsed parsed = Parse("PING\nPING\r\nPING \r \n");
  ASSERT_EQ(parsed.requests.size(), 3u);
  EXPECT_EQ(parsed.requests[0].dialect, Dialect::kLine);
  EXPECT_EQ(parsed.requests[1].dialect, Dialect::kResp2);
  EXPECT_EQ(parsed.requests[2].dialect, Dialect::kLine);
}

TEST(Views, StayUntilTheNextPrepare) {
  RequestParser parser;
  Feed(parser, Resp({"SET", "k", "first"}) + Resp({"SET", "k", "second"}));
  Request first;
  ASSERT_EQ(parser.Next(&first), RequestParser::Status::kComplete);
  std::string_view value = first.args[2];
  Request second;
  ASSERT_EQ(parser.Next(&second), RequestParser::Status::kComplete);
  EXPECT_EQ(value, "first");
  EXPECT_EQ(second.args[2], "second");
  EXPECT_EQ(parser.Next(&second), RequestParser::Status::kIncomplete);
  EXPECT_EQ(value, "first");
}

TEST(Views, PointToTheBytesThatWereFed) {
  RequestParser parser;
  std::string bytes = Resp({"SET", "k", "value"});
  const char* room = parser.Prepare(bytes.size()).data();
  Feed(parser, bytes);
  Request request;
  ASSERT_EQ(parser.Next(&request), RequestParser::Status::kComplete);
  EXPECT_EQ(request.args[2].data(), room + bytes.find("value"));
}

struct BadCase {
  std::string bytes;
  std::string error;
};

class Malformed : public ::testing::TestWithParam<BadCase> {};

TEST_P(Malformed, IsSaidOnceAndForEver) {
  RequestParser parser;
  Parsed parsed;
  Feed(parser, Resp({"PING"}) + GetParam().bytes + Resp({"PING"}));
  TakeRequests(parser, parsed);
  EXPECT_EQ(parsed.requests.size(), 1u);  // the good one ahead
  EXPECT_EQ(parsed.error, "Protocol error: " + GetParam().error);
  EXPECT_EQ(parsed.error_dialect, Dialect::kResp2);
  Request request;
  Feed(parser, Resp({"PING"}));
  EXPECT_EQ(parser.Next(&request), RequestParser::Status::kMalformed);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Malformed,
    ::testing::Values(BadCase{"*x\r\n", "invalid multibulk length"},
                      BadCase{"*\r\n", "invalid multibulk length"},
                      BadCase{"*+1\r\n", "invalid multibulk length"},
                      BadCase{"* 1\r\n", "invalid multibulk length"},
                      BadCase{"*01\r\n", "invalid multibulk length"},
                      BadCase{"*-0\r\n", "invalid multibulk length"},
                      BadCase{"*1.0\r\n", "invalid multibulk length"},
                      BadCase{"*9223372036854775808\r\n",
                              "invalid multibulk length"},
                      BadCase{"*1048577\r\n", "invalid multibulk length"},
                      BadCase{"*1\r\n:1\r\n", "expected '$', got ':'"},
                      BadCase{"*1\r\n*1\r\n", "expected '$', got '*'"},
                      BadCase{"*1\r\n\r\n", "expected '$', got '\r'"},
                      BadCase{"*1\r\n$\r\n", "invalid bulk length"},
                      BadCase{"*1\r\n$-1\r\n", "invalid bulk length"},
                      BadCase{"*1\r\n$1x\r\n", "invalid bulk length"},
                      BadCase{"*1\r\n$536870913\r\n", "invalid bulk length"},
                      BadCase{"a \"\r\n", "unbalanced quotes in request"}));

TEST(Lines, AreTrimmedAndMayBeEmpty) {
  RequestParser parser;
  Feed(parser, "  a b \t\r\n\n \r\n*1\r\n\"x\n");
  std::vector<std::string> lines;
  std::string_view line;
  while (parser.NextLine(&line) == RequestParser::Status::kComplete) {
    lines.emplace_back(line);
  }
  EXPECT_EQ(lines, (Words{"a b", "", "", "*1", "\"x"}));
  EXPECT_EQ(parser.buffered(), 0u);
}

TEST(Lines, SplitAnywhereAreTheSame) {
  std::string bytes = " one \r\n\ntwo\n";
  for (std::size_t i = 0; i <= bytes.size(); ++i) {
    RequestParser parser;
    std::string lines;
    for (std::string piece : {bytes.substr(0, i), bytes.substr(i)}) {
      Feed(parser, piece);
      std::string_view line;
      while (parser.NextLine(&line) == RequestParser::Status::kComplete) {
        lines += std::string(line) + ";";
      }
    }
    EXPECT_EQ(lines, "one;;two;") << i;
  }
}

}  // namespace
}  // namespace stepkv::testing
