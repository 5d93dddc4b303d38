// Histories whose verdict a reader can work out: right ones and wrong ones.
#include "tests/linearizability/checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/linearizability/handwritten.h"

namespace stepkv::testing {
namespace {

void ExpectLinearizable(const History& history) {
  Report report = Check(history);
  EXPECT_EQ(report.verdict, Verdict::kLinearizable) << report.counter_example;
  EXPECT_EQ(report.counter_example, "");
}

void ExpectViolation(const History& history) {
  Report report = Check(history);
  EXPECT_EQ(report.verdict, Verdict::kViolation);
  EXPECT_THAT(report.counter_example, ::testing::HasSubstr("No order"));
}

TEST(Accepts, TheEmptyHistory) { ExpectLinearizable({}); }

TEST(Accepts, ARunOfOneClient) {
  ExpectLinearizable({Op(1, "SET a 1", 0, 1, kOk), Op(1, "INCR a", 2, 3, ":2"),
                      Op(1, "APPEND a 5", 4, 5, ":2"),
                      Op(1, "GETDEL a", 6, 7, Value("25")),
                      Op(1, "GET a", 8, 9, kMissing)});
}

TEST(Accepts, AReadThatOverlapsAWriteSeeingEitherValue) {
  for (const std::string& seen : {kMissing, Value("1")}) {
    ExpectLinearizable(
        {Op(1, "SET a 1", 0, 10, kOk), Op(2, "GET a", 5, 6, seen)});
  }
}

TEST(Accepts, OverlappingWritesInTheOrderThatAReadShows) {
  ExpectLinearizable({Op(1, "SET a 1", 0, 10, kOk),
                      Op(2, "SET a 2", 0, 10, kOk),
                      Op(3, "GET a", 11, 12, Value("1"))});
}

TEST(Accepts, OverlappingIncrementsThatAnswerDifferentNumbers) {
  ExpectLinearizable({Op(1, "INCR a", 0, 10, ":3"),
                      Op(2, "INCR a", 1, 11, ":1"),
                      Op(3, "INCR a", 2, 12, ":2")});
}

TEST(Accepts, OperationsThatMeetInOneMomentInEitherOrder) {
  ExpectLinearizable(
      {Op(1, "SET a 1", 0, 5, kOk), Op(2, "GET a", 5, 6, kMissing)});
}

TEST(Accepts, AReadOfEverythingThatAnMsetWroteOrOfNothing) {
  ExpectLinearizable(
      {Op(1, "MSET a 1 b 1", 0, 10, kOk),
       Op(2, "MGET a b", 1, 2, "*2\r\n" + kMissing + "\r\n" + kMissing),
       Op(2, "MGET a b", 3, 4, "*2\r\n" + Value("1") + "\r\n" + Value("1"))});
}

TEST(Accepts, APendingWriteThatWasSeenOrNot) {
  for (const std::string& seen : {kMissing, Value("1")}) {
    ExpectLinearizable({Pending(1, "SET a 1", 0), Op(2, "GET a", 5, 6, seen)});
  }
}

TEST(Accepts, APendingWriteThatTakesEffectLongAfter) {
  ExpectLinearizable({Pending(1, "SET a 1", 0), Op(2, "GET a", 5, 6, kMissing),
                      Op(2, "SET a 2", 7, 8, kOk),
                      Op(2, "GET a", 9, 10, Value("1"))});
}

TEST(Accepts, ErrorsThatTheTableAnswersToo) {
  ExpectLinearizable(
      {Op(1, "SET a x", 0, 1, kOk),
       Op(2, "INCR a", 2, 3, "-ERR value is not an integer or out of range")});
}

TEST(Accepts, FlushAndSizeOfTheWholeTable) {
  ExpectLinearizable({Op(1, "MSET a 1 b 1", 0, 1, kOk),
                      Op(2, "DBSIZE", 2, 9, ":0"),
                      Op(1, "FLUSHALL", 3, 10, kOk)});
}

TEST(Rejects, AReadThatMissesAFinishedWrite) {
  ExpectViolation(
      {Op(1, "SET a 1", 0, 1, kOk), Op(2, "GET a", 2, 3, kMissing)});
}

TEST(Rejects, AReadOfAnOverwrittenValue) {
  ExpectViolation({Op(1, "SET a 1", 0, 1, kOk), Op(1, "SET a 2", 2, 3, kOk),
                   Op(2, "GET a", 4, 5, Value("1"))});
}

TEST(Rejects, AReadOfAValueThatNobodyWrote) {
  ExpectViolation(
      {Op(1, "SET a 1", 0, 10, kOk), Op(2, "GET a", 2, 3, Value("7"))});
}

TEST(Rejects, AReadOfAValueWrittenLater) {
  ExpectViolation(
      {Op(2, "GET a", 0, 1, Value("1")), Op(1, "SET a 1", 2, 3, kOk)});
}

TEST(Rejects, TwoIncrementsThatAnswerTheSame) {
  ExpectViolation({Op(1, "INCR a", 0, 10, ":1"), Op(2, "INCR a", 1, 9, ":1")});
}

TEST(Rejects, AnIncrementThatALaterReadDoesNotShow) {
  ExpectViolation({Op(1, "SET a 5", 0, 1, kOk), Op(1, "INCR a", 2, 9, ":6"),
                   Op(2, "APPEND a 0", 3, 8, ":2"),
                   Op(3, "GET a", 10, 11, Value("6"))});
}

TEST(Rejects, AnMsetSeenHalfDone) {
  ExpectViolation(
      {Op(1, "MSET a 1 b 1", 0, 10, kOk),
       Op(2, "MGET a b", 3, 4, "*2\r\n" + Value("1") + "\r\n" + kMissing)});
}

TEST(Rejects, TwoMsetsThatCross) {
  ExpectViolation(
      {Op(1, "MSET a 1 b 1", 0, 10, kOk), Op(2, "MSET b 2 a 2", 0, 10, kOk),
       Op(3, "MGET a b", 11, 12, "*2\r\n" + Value("1") + "\r\n" + Value("2"))});
}

TEST(Rejects, TwoSuccessfulMsetnxOnASharedKey) {
  ExpectViolation({Op(1, "MSETNX a 1 b 1", 0, 10, ":1"),
                   Op(2, "MSETNX b 2 c 2", 0, 10, ":1")});
}

TEST(Rejects, NewThenOldSeenByOneClientWhileTheWriteRuns) {
  ExpectViolation({Op(1, "SET a 1", 0, 10, kOk),
                   Op(2, "GET a", 1, 2, Value("1")),
                   Op(2, "GET a", 3, 4, kMissing)});
}

TEST(Rejects, NewThenOldSeenByTwoClientsInThatOrderOfTime) {
  ExpectViolation({Op(1, "SET a 1", 0, 10, kOk),
                   Op(2, "GET a", 1, 2, Value("1")),
                   Op(3, "GET a", 3, 4, kMissing)});
}

TEST(Rejects, TwoReadersThatSeeTwoWritesInDifferentOrders) {
  ExpectViolation(
      {Op(1, "SET a 1", 0, 20, kOk), Op(2, "SET a 2", 0, 20, kOk),
       Op(3, "GET a", 1, 10, Value("1")), Op(3, "GET a", 11, 19, Value("2")),
       Op(4, "GET a", 1, 12, Value("2")), Op(4, "GET a", 13, 19, Value("1"))});
}

TEST(Rejects, PipelinedRequestsServedOutOfOrder) {
  ExpectViolation({Op(1, "SET a 1", 0, 10, kOk), Op(1, "SET a 2", 0, 11, kOk),
                   Op(2, "GET a", 12, 13, Value("1"))});
}

TEST(Rejects, ASizeThatCountsHalfAnMset) {
  ExpectViolation(
      {Op(1, "MSET a 1 b 1", 0, 10, kOk), Op(2, "DBSIZE", 1, 2, ":1")});
}

TEST(Rejects, TwoGetdelsThatBothTookTheValue) {
  ExpectViolation({Op(1, "SET a 1", 0, 1, kOk),
                   Op(2, "GETDEL a", 2, 9, Value("1")),
                   Op(3, "GETDEL a", 3, 8, Value("1"))});
}

TEST(Rejects, ADeletedKeyThatComesBack) {
  ExpectViolation({Op(1, "SET a 1", 0, 1, kOk), Op(1, "DEL a", 2, 3, ":1"),
                   Op(2, "EXISTS a", 4, 5, ":1")});
}

TEST(Rejects, APendingWriteSeenAndThenUnseen) {
  ExpectViolation({Pending(1, "SET a 1", 0), Op(2, "GET a", 1, 2, Value("1")),
                   Op(2, "GET a", 3, 4, kMissing)});
}

TEST(Checker, ChecksKeysApartUnlessACommandJoinsThem) {
  History history{Op(1, "SET a 1", 0, 1, kOk), Op(1, "SET b 1", 2, 3, kOk),
                  Op(1, "SET c 1", 4, 5, kOk)};
  EXPECT_EQ(Check(history).parts, 3u);
  history.push_back(Op(1, "DEL a b", 6, 7, ":2"));
  EXPECT_EQ(Check(history).parts, 2u);
  history.push_back(Op(1, "DBSIZE", 8, 9, ":1"));
  EXPECT_EQ(Check(history).parts, 1u);
}

TEST(Checker, ReportsTheViolationThatWasSeenFirst) {
  Report report =
      Check({Op(1, "SET a 1", 0, 1, kOk), Op(1, "SET b 1", 0, 1, kOk),
             Op(2, "GET a", 9, 10, kMissing), Op(3, "GET b", 5, 6, kMissing)});
  EXPECT_THAT(report.counter_example, ::testing::HasSubstr("GET b"));
  EXPECT_THAT(report.counter_example,
              ::testing::Not(::testing::HasSubstr("GET a")));
}

TEST(Checker, SaysUndecidedRatherThanGuessPastItsLimit) {
  History history;
  for (int client = 0; client < 12; ++client) {
    history.push_back(Op(client, "SET a " + std::to_string(client), 0, 9, kOk));
  }
  history.push_back(Op(1, "GET a", 10, 11, Value("x")));
  EXPECT_EQ(Check(history, 100).verdict, Verdict::kUndecided);
}

TEST(Checker, RefusesCommandsThatRunOnNoTable) {
  EXPECT_THROW(Check({Op(1, "PING", 0, 1, "+PONG")}), std::invalid_argument);
  EXPECT_THROW(Check({Op(1, "SET a", 0, 1, kOk)}), std::invalid_argument);
}

TEST(Checker, ExplainsTenThousandOverlappingOperations) {
  constexpr int kClients = 10;
  History history;
  for (int i = 0; i < 10000; ++i) {
    history.push_back(Op(i % kClients, "INCR a", 10 * i, 10 * i + 95,
                         ":" + std::to_string(i + 1)));
  }
  ExpectLinearizable(history);
}

}  // namespace
}  // namespace stepkv::testing
