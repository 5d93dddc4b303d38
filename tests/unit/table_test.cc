#include "common/table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "common/limits.h"
#include "tests/unit/allocation.h"
#include "tests/unit/execution.h"

namespace stepkv::testing {
namespace {

constexpr char kNotAnInteger[] =
    "ERR value is not an integer or out of range\n";
constexpr char kSyntaxError[] = "ERR syntax error\n";

class TableCommands : public ::testing::Test {
 protected:
  std::string operator()(Words words) {
    return AnswerOf(table_, std::move(words));
  }
  void Expect(Words words, const std::string& reply) {
    std::string shown = words[0] + " " + (words.size() > 1 ? words[1] : "");
    EXPECT_EQ(AnswerOf(table_, std::move(words)), reply) << shown;
  }
  Table table_;
};

TEST_F(TableCommands, SetThenGet) {
  Expect({"GET", "k"}, "\n");
  Expect({"SET", "k", "v"}, "OK\n");
  Expect({"GET", "k"}, "v\n");
  Expect({"SET", "k", ""}, "OK\n");
  Expect({"GET", "k"}, "\"\"\n");
  Expect({"GET", "K"}, "\n");
}

TEST_F(TableCommands, KeysAndValuesAreAnyBytes) {
  std::string key("\0\n \xff", 4);
  Expect({"SET", key, key}, "OK\n");
  Expect({"SET", "", "empty"}, "OK\n");
  Expect({"GET", key}, "\"\\x00\\n \xff\"\n");
  Expect({"GET", ""}, "empty\n");
  Expect({"DBSIZE"}, "2\n");
}

TEST_F(TableCommands, SetNxSetsOnlyWhatIsMissing) {
  Expect({"SET", "k", "1", "NX"}, "OK\n");
  Expect({"SET", "k", "2", "nx"}, "\n");
  Expect({"SETNX", "k", "3"}, "0\n");
  Expect({"GET", "k"}, "1\n");
  Expect({"SETNX", "other", "1"}, "1\n");
}

TEST_F(TableCommands, SetXxSetsOnlyWhatIsThere) {
  Expect({"SET", "k", "1", "XX"}, "\n");
  Expect({"GET", "k"}, "\n");
  Expect({"SET", "k", "1"}, "OK\n");
  Expect({"SET", "k", "2", "xX"}, "OK\n");
  Expect({"GET", "k"}, "2\n");
}

TEST_F(TableCommands, SetGetAnswersTheOldValue) {
  Expect({"SET", "k", "1", "GET"}, "\n");
  Expect({"SET", "k", "2", "GET"}, "1\n");
  Expect({"SET", "k", "3", "NX", "GET"}, "2\n");
  Expect({"SET", "k", "4", "GET", "XX"}, "2\n");
  Expect({"GET", "k"}, "4\n");
  Expect({"SET", "new", "1", "XX", "GET"}, "\n");
  Expect({"EXISTS", "new"}, "0\n");
}

TEST_F(TableCommands, SetWithOptionsThatMakeNoSenseChangesNothing) {
  Expect({"SET", "k", "v", "NX", "XX"}, kSyntaxError);
  Expect({"SET", "k", "v", "EX", "10"}, kSyntaxError);
  Expect({"SET", "k", "v", ""}, kSyntaxError);
  Expect({"DBSIZE"}, "0\n");
}

TEST_F(TableCommands, GetSetAndGetDelAnswerTheOldValue) {
  Expect({"GETSET", "k", "1"}, "\n");
  Expect({"GETSET", "k", "2"}, "1\n");
  Expect({"GETDEL", "k"}, "2\n");
  Expect({"GETDEL", "k"}, "\n");
  Expect({"DBSIZE"}, "0\n");
}

TEST_F(TableCommands, DelAndExistsCountKeys) {
  Expect({"MSET", "a", "1", "b", "2"}, "OK\n");
  Expect({"EXISTS", "a", "b", "c", "a"}, "3\n");
  Expect({"DEL", "a", "c", "a"}, "1\n");
  Expect({"EXISTS", "a"}, "0\n");
  Expect({"DBSIZE"}, "1\n");
}

TEST_F(TableCommands, AppendAndStrLen) {
  Expect({"STRLEN", "k"}, "0\n");
  Expect({"APPEND", "k", "ab"}, "2\n");
  Expect({"APPEND", "k", ""}, "2\n");
  Expect({"APPEND", "k", "c"}, "3\n");
  Expect({"STRLEN", "k"}, "3\n");
  Expect({"GET", "k"}, "abc\n");
  Expect({"APPEND", "new", ""}, "0\n");
  Expect({"EXISTS", "new"}, "1\n");
}

TEST_F(TableCommands, CountersCount) {
  Expect({"INCR", "k"}, "1\n");
  Expect({"INCRBY", "k", "10"}, "11\n");
  Expect({"DECR", "k"}, "10\n");
  Expect({"DECRBY", "k", "20"}, "-10\n");
  Expect({"INCRBY", "k", "-5"}, "-15\n");
  Expect({"DECRBY", "k", "-15"}, "0\n");
  Expect({"GET", "k"}, "0\n");
  Expect({"STRLEN", "k"}, "1\n");
}

TEST_F(TableCommands, CountersTakeOnlyCanonicalNumbers) {
  for (const char* value :
       {"", "a", "1.0", " 1", "01", "1 ", "-0", "9223372036854775808"}) {
    Expect({"SET", "k", value}, "OK\n");
    Expect({"INCR", "k"}, kNotAnInteger);
    Expect({"INCRBY", "other", value}, kNotAnInteger);
    Expect({"DECRBY", "other", value}, kNotAnInteger);
  }
  Expect({"EXISTS", "other"}, "0\n");
}

TEST_F(TableCommands, CountersDoNotOverflow) {
  const std::string overflow = "ERR increment or decrement would overflow\n";
  Expect({"SET", "k", "9223372036854775807"}, "OK\n");
  Expect({"INCR", "k"}, overflow);
  Expect({"INCRBY", "k", "1"}, overflow);
  Expect({"DECRBY", "k", "-9223372036854775808"},
         "ERR decrement would overflow\n");
  Expect({"GET", "k"}, "9223372036854775807\n");
  Expect({"SET", "k", "-9223372036854775808"}, "OK\n");
  Expect({"DECR", "k"}, overflow);
  Expect({"INCRBY", "k", "9223372036854775807"}, "-1\n");
}

TEST_F(TableCommands, MGetAnswersEachKeyInOrder) {
  Expect({"MSET", "a", "1", "b", "2", "a", "3"}, "OK\n");
  Expect({"MGET", "b", "none", "a", "b"}, "2 (nil) 3 2\n");
}

TEST_F(TableCommands, MSetNxSetsAllOrNone) {
  Expect({"MSETNX", "a", "1", "b", "2"}, "1\n");
  Expect({"MSETNX", "c", "3", "a", "4"}, "0\n");
  Expect({"MGET", "a", "b", "c"}, "1 2 (nil)\n");
  Expect({"MSETNX", "d", "1", "d", "2"}, "1\n");
  Expect({"GET", "d"}, "2\n");
}

TEST_F(TableCommands, HalfAPairIsAnErrorAndChangesNothing) {
  Expect({"MSET", "a", "1", "b"},
         "ERR wrong number of arguments for 'mset' command\n");
  Expect({"MSETNX", "a", "1", "b"},
         "ERR wrong number of arguments for 'msetnx' command\n");
  Expect({"DBSIZE"}, "0\n");
}

TEST_F(TableCommands, FlushEmptiesTheTable) {
  for (const Words& flush : {Words{"FLUSHALL"},
                             {"FLUSHDB"},
                             {"FLUSHALL", "async"},
                             {"FLUSHDB", "SYNC"}}) {
    Expect({"MSET", "a", "1", "b", "2"}, "OK\n");
    Expect(flush, "OK\n");
    Expect({"DBSIZE"}, "0\n");
  }
  Expect({"SET", "a", "1"}, "OK\n");
  Expect({"FLUSHALL", "NOW"}, kSyntaxError);
  Expect({"FLUSHALL", "SYNC", "ASYNC"}, kSyntaxError);
  Expect({"DBSIZE"}, "1\n");
}

TEST_F(TableCommands, DebugSleepChecksItsWords) {
  Expect({"DEBUG", "SLEEP", "0"}, "OK\n");
  Expect({"DEBUG", "sleep", "0.000001", "key"}, "OK\n");
  const std::string usage = "ERR usage: DEBUG SLEEP seconds [key]\n";
  Expect({"DEBUG", "SLEEP"}, usage);
  Expect({"DEBUG", "OBJECT", "1"}, usage);
  Expect({"DEBUG", "SLEEP", "0", "k", "l"}, usage);
  for (const char* seconds :
       {"", "-1", "x", "1x", "nan", "inf", "3601", "1e9"}) {
    Expect({"DEBUG", "SLEEP", seconds},
           "ERR value is not a valid number of seconds\n");
  }
}

TEST_F(TableCommands, MGetOfMoreThanAReplyMayHoldIsAnError) {
  table_.Set("k", std::string(kMiB, 'x'));
  Words words = {"MGET"};
  for (std::size_t i = 0; i <= kMaxReplyBytes / kMiB; ++i) {
    words.emplace_back("k");
  }
  Expect(words, "ERR reply exceeds maximum allowed size\n");
}

TEST_F(TableCommands, ThoseOfTheSessionAreRefused) {
  Expect({"PING"}, "ERR not a command on data\n");
}

TEST(TableMemory, OfALargeValueIsNotKeptForASmallOne) {
  Table table;
  table.Set("k", std::string(kMiB, 'x'));
  table.Set("k", "small");
  EXPECT_LE(table.Find("k")->capacity(), 4 * kKiB);
}

TEST(TableMemory, ReadingAllocatesNothing) {
  Table table;
  std::string key(100, 'k');
  table.Set(key, "value");
  Execution get({"GET", key});
  Execution exists({"EXISTS", key, "none"});
  ByteBuffer out;
  out.Prepare(1000);
  std::size_t before = AllocationsOfThisThread();
  for (const Execution* execution : {&get, &exists}) {
    ReplyWriter replies(out, Dialect::kResp2);
    table.Apply(execution->command(), replies);
  }
  EXPECT_EQ(AllocationsOfThisThread(), before);
}

TEST(TableMemory, WhenThereIsNoneTheKeyIsAsItWas) {
  Table table;
  table.Set("k", "old");
  std::string large(kMiB, 'x');
  {
    LargeAllocationsFail fail(kMiB / 2);
    EXPECT_THROW(table.Set("k", large), std::bad_alloc);
    EXPECT_THROW(table.Set("new", large), std::bad_alloc);
  }
  EXPECT_EQ(*table.Find("k"), "old");
  EXPECT_EQ(table.size(), 1u);
}

TEST(ValueLimit, AppendGrowsAValueToTheLimitAndNoFurther) {
  Table table;
  table.Set("k", "");
  table.Find("k")->reserve(kMaxValueBytes);  // or it would be twice as much
  table.Find("k")->resize(kMaxValueBytes - 1);
  EXPECT_EQ(AnswerOf(table, {"APPEND", "k", "y"}), "536870912\n");
  EXPECT_EQ(AnswerOf(table, {"APPEND", "k", "z"}),
            "ERR string exceeds maximum allowed size (proto-max-bulk-len)\n");
  EXPECT_EQ(table.Find("k")->size(), kMaxValueBytes);
}

}  // namespace
}  // namespace stepkv::testing
