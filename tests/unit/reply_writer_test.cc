#include "common/reply_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "common/byte_buffer.h"
#include "tests/unit/parsing.h"

namespace stepkv::testing {
namespace {

using namespace std::string_literals;

std::string Written(Dialect dialect,
                    const std::function<void(ReplyWriter&)>& write) {
  ByteBuffer out;
  ReplyWriter replies(out, dialect);
  write(replies);
  return std::string(out.View());
}

std::string LineOf(std::string_view value) {
  return Written(Dialect::kLine, [&](ReplyWriter& r) { r.Bulk(value); });
}

std::string ListLineOf(std::string_view value) {
  return Written(Dialect::kLine, [&](ReplyWriter& r) {
    r.Array(2);
    r.Integer(1);
    r.Bulk(value);
  });
}

struct ReplyCase {
  std::function<void(ReplyWriter&)> write;
  std::string line, resp2, resp3;
};

class Replies : public ::testing::TestWithParam<ReplyCase> {};

TEST_P(Replies, AreWrittenInTheDialectAsked) {
  EXPECT_EQ(Written(Dialect::kLine, GetParam().write), GetParam().line);
  EXPECT_EQ(Written(Dialect::kResp2, GetParam().write), GetParam().resp2);
  EXPECT_EQ(Written(Dialect::kResp3, GetParam().write), GetParam().resp3);
}

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

INSTANTIATE_TEST_SUITE_P(
    Scalars, Replies,
    ::testing::Values(
        ReplyCase{[](ReplyWriter& r) { r.Ok(); }, "OK\n", "+OK\r\n", "+OK\r\n"},
        ReplyCase{[](ReplyWriter& r) { r.Error("ERR no"); }, "ERR no\n",
                  "-ERR no\r\n", "-ERR no\r\n"},
        ReplyCase{[](ReplyWriter& r) { r.Integer(-42); }, "-42\n", ":-42\r\n",
                  ":-42\r\n"},
        ReplyCase{[](ReplyWriter& r) { r.Integer(kMin); },
                  "-9223372036854775808\n", ":-9223372036854775808\r\n",
                  ":-9223372036854775808\r\n"},
        ReplyCase{[](ReplyWriter& r) { r.Bulk("a b"); }, "a b\n",
                  "$3\r\na b\r\n", "$3\r\na b\r\n"},
        ReplyCase{[](ReplyWriter& r) { r.Bulk(""); }, "\"\"\n", "$0\r\n\r\n",
                  "$0\r\n\r\n"},
        ReplyCase{[](ReplyWriter& r) { r.Null(); }, "\n", "$-1\r\n", "_\r\n"},
        ReplyCase{[](ReplyWriter& r) { r.WrongArity("get"); },
                  "ERR wrong number of arguments for 'get' command\n",
                  "-ERR wrong number of arguments for 'get' command\r\n",
                  "-ERR wrong number of arguments for 'get' command\r\n"}));

INSTANTIATE_TEST_SUITE_P(
    Lists, Replies,
    ::testing::Values(
        ReplyCase{[](ReplyWriter& r) { r.Array(0); }, "\n", "*0\r\n", "*0\r\n"},
        ReplyCase{[](ReplyWriter& r) { r.Map(0); }, "\n", "*0\r\n", "%0\r\n"},
        ReplyCase{[](ReplyWriter& r) {
                    r.Array(3);
                    r.Bulk("a");
                    r.Null();
                    r.Integer(7);
                  },
                  "a (nil) 7\n", "*3\r\n$1\r\na\r\n$-1\r\n:7\r\n",
                  "*3\r\n$1\r\na\r\n_\r\n:7\r\n"},
        ReplyCase{[](ReplyWriter& r) {
                    r.Map(1);
                    r.Bulk("a");
                    r.Integer(1);
                  },
                  "a 1\n", "*2\r\n$1\r\na\r\n:1\r\n",
                  "%1\r\n$1\r\na\r\n:1\r\n"}));

TEST(LineDialect, NestedListIsOneLine) {
  auto nested = [](ReplyWriter& r) {
    r.Array(3);
    r.Array(2);
    r.Bulk("a");
    r.Array(1);
    r.Bulk("b");
    r.Integer(1);
    r.Error("ERR c");
  };
  EXPECT_EQ(Written(Dialect::kLine, nested), "a b 1 ERR c\n");
  EXPECT_EQ(Written(Dialect::kResp2, nested),
            "*3\r\n*2\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n:1\r\n-ERR c\r\n");
}

TEST(LineDialect, EmptyListsInsideListsEndNothing) {
  std::string line = Written(Dialect::kLine, [](ReplyWriter& r) {
    r.Array(3);
    r.Array(0);
    r.Bulk("a");
    r.Array(0);
  });
  EXPECT_EQ(line, " a \n");
}

TEST(LineDialect, ValuesThatCouldMisleadAreQuoted) {
  EXPECT_EQ(LineOf("plain"), "plain\n");
  EXPECT_EQ(LineOf("with blank"), "with blank\n");
  EXPECT_EQ(LineOf("a\"b\\c"), "a\"b\\c\n");
  EXPECT_EQ(LineOf("\"a"), "\"\\\"a\"\n");
  EXPECT_EQ(LineOf("'a"), "\"'a\"\n");
  EXPECT_EQ(LineOf("a\nb"), "\"a\\nb\"\n");
  EXPECT_EQ(LineOf("a\r"), "\"a\\r\"\n");
  EXPECT_EQ(LineOf("\x1b[2J"), "\"\\x1b[2J\"\n");
  EXPECT_EQ(LineOf("a\0b"s), "\"a\\x00b\"\n");
  EXPECT_EQ(LineOf("\x7f"), "\"\\x7f\"\n");
  EXPECT_EQ(LineOf("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f\n");
}

TEST(LineDialect, ElementsOfListsCannotBeForged) {
  EXPECT_EQ(ListLineOf("plain"), "1 plain\n");
  EXPECT_EQ(ListLineOf("with blank"), "1 \"with blank\"\n");
  EXPECT_EQ(ListLineOf("(nil)"), "1 \"(nil)\"\n");
  EXPECT_EQ(ListLineOf(""), "1 \"\"\n");
  EXPECT_EQ(LineOf("(nil)"), "(nil)\n");
}

TEST(LineDialect, EveryByteIsReadBackFromAList) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    std::string value(1, static_cast<char>(byte));
    all += value;
    Parsed parsed = Parse(ListLineOf(value));
    ASSERT_EQ(parsed.requests.size(), 1u) << byte;
    EXPECT_EQ(parsed.requests[0].words, (Words{"1", value})) << byte;
  }
  EXPECT_EQ(Parse(ListLineOf(all)).requests[0].words, (Words{"1", all}));
}

TEST(Errors, StayOnOneLine) {
  auto write = [](ReplyWriter& r) { r.Error("ERR a\r\nb\n+OK"); };
  EXPECT_EQ(Written(Dialect::kLine, write), "ERR a  b +OK\n");
  EXPECT_EQ(Written(Dialect::kResp2, write), "-ERR a  b +OK\r\n");
}

TEST(Bulks, HoldAnyBytesInResp) {
  std::string value = "\r\n\0*1\r\n$-1\r\n"s;
  EXPECT_EQ(Written(Dialect::kResp2, [&](ReplyWriter& r) { r.Bulk(value); }),
            "$12\r\n" + value + "\r\n");
}

TEST(Writers, AddToWhatTheBufferHolds) {
  ByteBuffer out;
  ReplyWriter(out, Dialect::kLine).Ok();
  ReplyWriter(out, Dialect::kResp2).Integer(1);
  ReplyWriter(out, Dialect::kLine).Null();
  EXPECT_EQ(out.View(), "OK\n:1\r\n\n");
}

}  // namespace
}  // namespace stepkv::testing
