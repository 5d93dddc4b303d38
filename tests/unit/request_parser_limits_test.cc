// Every limit of the parser at its value and one past it, and the memory that
// it takes.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "common/request_parser.h"
#include "tests/unit/allocation.h"
#include "tests/unit/parsing.h"

namespace stepkv::testing {
namespace {

constexpr RequestLimits kSmall = {
    .line_bytes = 16, .arguments = 4, .bulk_bytes = 8, .request_bytes = 64};

std::string Xs(std::size_t count) { return std::string(count, 'x'); }

std::string ErrorOf(const std::string& bytes,
                    const RequestLimits& limits = kSmall) {
  Parsed whole = Parse(bytes, limits);
  EXPECT_EQ(ParsePieces(Pieces(bytes, 1), limits), whole);
  return whole.error;
}

TEST(Limits, LineAtTheLimitIsTakenAndOnePastIsNot) {
  EXPECT_EQ(ErrorOf(Xs(16) + "\n"), "");
  EXPECT_EQ(ErrorOf(Xs(15) + "\r\n"), "");
  EXPECT_EQ(ErrorOf(Xs(17) + "\n"), "Protocol error: too big inline request");
  EXPECT_EQ(ErrorOf(Xs(16) + "\r\n"), "Protocol error: too big inline request");
}

TEST(Limits, LineWithoutAnEndFailsWithTheFirstBytePastTheLimit) {
  EXPECT_EQ(ErrorOf(Xs(16)), "");
  EXPECT_EQ(ErrorOf(Xs(17)), "Protocol error: too big inline request");
}

TEST(Limits, EchoedLinesHaveTheSameLimit) {
  for (std::size_t size : {16u, 17u}) {
    RequestParser parser(kSmall);
    Feed(parser, Xs(size) + "\n");
    std::string_view line;
    EXPECT_EQ(parser.NextLine(&line), size == 16
                                          ? RequestParser::Status::kComplete
                                          : RequestParser::Status::kMalformed);
  }
}

TEST(Limits, TooLongALineIsAnsweredAsTheRequestBeforeIt) {
  EXPECT_EQ(Parse(Xs(17), kSmall).error_dialect, Dialect::kResp2);
  EXPECT_EQ(Parse("PING\n" + Xs(17), kSmall).error_dialect, Dialect::kLine);
  EXPECT_EQ(Parse("PING\r\n" + Xs(17), kSmall).error_dialect, Dialect::kResp2);
  EXPECT_EQ(Parse("PING\n*1\r\n$1\r\na\r\n" + Xs(17), kSmall).error_dialect,
            Dialect::kResp2);
}

TEST(Limits, CountOfArguments) {
  EXPECT_EQ(ErrorOf(Resp({"a", "b", "c", "d"})), "");
  EXPECT_EQ(ErrorOf("*5\r\n"), "Protocol error: invalid multibulk length");
}

TEST(Limits, BulkBytes) {
  EXPECT_EQ(ErrorOf(Resp({Xs(8)})), "");
  EXPECT_EQ(ErrorOf("*1\r\n$9\r\n"), "Protocol error: invalid bulk length");
}

TEST(Limits, LengthWithoutAnEnd) {
  EXPECT_EQ(ErrorOf("*" + std::string(15, '1')), "");
  EXPECT_EQ(ErrorOf("*" + std::string(16, '1')),
            "Protocol error: too big mbulk count string");
  EXPECT_EQ(ErrorOf("*1\r\n$" + std::string(15, '1')), "");
  EXPECT_EQ(ErrorOf("*1\r\n$" + std::string(16, '1')),
            "Protocol error: too big bulk count string");
}

TEST(Limits, BytesOfAWholeRequest) {
  // 4 + 4 * (4 + 8 + 2) = 60 bytes
  std::string request = Resp({Xs(8), Xs(8), Xs(8), Xs(8)});
  RequestLimits limits = kSmall;
  limits.request_bytes = request.size();
  EXPECT_EQ(ErrorOf(request + request, limits), "");
  limits.request_bytes = request.size() - 1;
  EXPECT_EQ(ErrorOf(request, limits), "Protocol error: too big request");
  EXPECT_EQ(ErrorOf(request.substr(0, request.size() - 1), limits), "");
}

TEST(Memory, IsNotTakenForLengthsThatAreOnlyDeclared) {
  RequestParser parser;
  Request request;
  Feed(parser, "*1048576\r\n$536870912\r\nabc");
  EXPECT_EQ(parser.Next(&request), RequestParser::Status::kIncomplete);
  EXPECT_LE(parser.capacity(), 1024u);
}

TEST(Memory, IsBoundedByTheBytesFed) {
  RequestParser parser;
  std::size_t fed = 0;
  Request request;
  for (std::string_view piece : {"*1048576\r\n", "$0\r\n", "\r\n"}) {
    Feed(parser, piece);
    fed += piece.size();
  }
  for (int i = 0; i < 100000; ++i) {  // the dearest: arguments without a byte
    Feed(parser, "$0\r\n\r\n");
    fed += 6;
    ASSERT_EQ(parser.Next(&request), RequestParser::Status::kIncomplete);
    ASSERT_LE(parser.capacity(), 1024 + 10 * fed);
  }
}

TEST(Memory, OfALargeValueIsAtMostTwiceIt) {
  RequestParser parser;
  std::string bytes = Resp({"SET", "k", Xs(16 * kMiB)});
  Request request;
  for (std::string_view piece : Pieces(bytes, 64 * kKiB)) {
    EXPECT_EQ(parser.Next(&request), RequestParser::Status::kIncomplete);
    Feed(parser, piece);
  }
  ASSERT_EQ(parser.Next(&request), RequestParser::Status::kComplete);
  EXPECT_EQ(request.args[2].size(), 16 * kMiB);
  EXPECT_LE(parser.capacity(), 2 * bytes.size() + 64 * kKiB);
}

TEST(Memory, IsGivenBackWhenNoRequestWaitsInIt) {
  RequestParser parser;
  Request request;
  Feed(parser, Resp({"SET", "k", Xs(kMiB)}) + "G");
  ASSERT_EQ(parser.Next(&request), RequestParser::Status::kComplete);
  parser.ReleaseIfEmpty();  // half a request is there
  EXPECT_GT(parser.capacity(), kMiB);
  Feed(parser, "ET a\n");
  ASSERT_EQ(parser.Next(&request), RequestParser::Status::kComplete);
  EXPECT_EQ(request.args[0], "GET");
  parser.ReleaseIfEmpty();
  EXPECT_EQ(parser.capacity(), 0u);
}

TEST(Memory, IsLentFromOneParserToTheNext) {
  RequestParser first, second;
  Request request;
  Feed(first, Resp({"SET", "k", Xs(kMiB)}));
  ASSERT_EQ(first.Next(&request), RequestParser::Status::kComplete);
  second.GiveMemory(first.TakeMemory());
  EXPECT_EQ(first.capacity(), 0u);
  EXPECT_GT(second.capacity(), kMiB);
  for (RequestParser* parser : {&first, &second}) {
    Feed(*parser, "GET a\n");
    ASSERT_EQ(parser->Next(&request), RequestParser::Status::kComplete);
    EXPECT_EQ(request.args[1], "a");
  }
}

// Feeds the same bytes again and again, `pieces` of them at a time.
void ExpectNoAllocation(const std::string& bytes, std::size_t piece_bytes) {
  RequestParser parser;
  Request request;
  auto feed = [&] {
    for (std::string_view piece : Pieces(bytes, piece_bytes)) {
      Feed(parser, piece);
      while (parser.Next(&request) == RequestParser::Status::kComplete) {
      }
    }
  };
  feed();
  std::size_t capacity = parser.capacity();
  auto pieces = Pieces(bytes, piece_bytes).size();
  std::size_t before = AllocationsOfThisThread();
  feed();
  std::size_t own = AllocationsOfThisThread() - before;
  before = AllocationsOfThisThread();
  EXPECT_EQ(Pieces(bytes, piece_bytes).size(), pieces);
  EXPECT_EQ(own, AllocationsOfThisThread() - before);  // those of Pieces alone
  EXPECT_EQ(parser.capacity(), capacity);              // realloc(3)'s as well
  EXPECT_EQ(parser.buffered(), 0u);
}

TEST(SteadyState, AllocatesNothingForRequests) {
  std::string resp = Resp({"SET", "key", "value"}) + Resp({"GET", "key"});
  std::string lines = "SET key \"a \\x41 value\"\nGET key\r\n";
  for (std::size_t piece_bytes : {1u, 7u, 4096u}) {
    ExpectNoAllocation(resp + resp, piece_bytes);
    ExpectNoAllocation(lines + lines, piece_bytes);
  }
}

TEST(SteadyState, AllocatesNothingForLargeValues) {
  ExpectNoAllocation(Resp({"SET", "k", Xs(kMiB)}), 64 * kKiB);
}

}  // namespace
}  // namespace stepkv::testing
