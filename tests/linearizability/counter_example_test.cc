// What a person gets to read.
#include "tests/linearizability/counter_example.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/linearizability/handwritten.h"

namespace stepkv::testing {
namespace {

CounterExample ExampleOf(const History& history) {
  TableModel model(history);
  return Minimise(history, Search(history, model));
}

// Increments one after another, long before and after the two that clash.
History LostUpdateAmongMany() {
  History history;
  for (int i = 0; i < 100; ++i) {
    std::string reply = ":" + std::to_string(i + 1);
    history.push_back(Op(i % 4, "INCR a", 10 * i, 10 * i + 5, reply));
    history.push_back(Op(4, "GET b", 10 * i, 10 * i + 7, kMissing));
  }
  history.push_back(Op(1, "INCR a", 2000, 2010, ":101"));
  history.push_back(Op(2, "INCR a", 2001, 2011, ":101"));
  history.push_back(Op(3, "MGET a b", 2100, 2101,
                       "*2\r\n" + Value("101") + "\r\n" + kMissing));
  return history;
}

TEST(CounterExamples, HoldOnlyTheTwoIncrementsThatClash) {
  CounterExample example = ExampleOf(LostUpdateAmongMany());
  EXPECT_EQ(example.window.size(), 2u);
  EXPECT_EQ(example.before, (Contents{{"a", "100"}}));
  EXPECT_EQ(example.explainable, (std::set<std::string>{":102\r\n"}));
  EXPECT_EQ(example.explained, 201u);
}

TEST(CounterExamples, ArePicturesOfAtMost80Columns) {
  EXPECT_EQ(
      Draw(ExampleOf(LostUpdateAmongMany())),
      R"(Not linearizable: reply 202 of 203 on these keys is the first that no order of
the operations explains. What matters of it, time from left to right:

Before: a="100"
  client 1   [1==]
  client 2     [2=]

  1  client 1   INCR a                         -> 101
  2  client 2   INCR a                         -> 101

No order explains the reply to 2: it is 101, and every order that explains the
others makes it 102. (One such order: 1 2.)
)");
}

TEST(CounterExamples, KeepAWriteWithoutAReplyThatTheReadMayHaveSeen) {
  CounterExample example =
      ExampleOf({Op(1, "SET a 1", 0, 1, kOk), Op(2, "SET a 2", 2, 20, kOk),
                 Op(3, "GET a", 3, 9, Value("3"))});
  EXPECT_EQ(example.explainable,
            (std::set<std::string>{Value("1") + "\r\n", Value("2") + "\r\n"}));
  std::string picture = Draw(example);
  EXPECT_NE(picture.find("SET a 2                        no reply yet"),
            std::string::npos)
      << picture;
}

TEST(CounterExamples, KeepTheReadThatSawTheNewValueFirst) {
  CounterExample example = ExampleOf(
      {Op(1, "SET a 1", 0, 30, kOk), Op(2, "GET a", 1, 2, kMissing),
       Op(2, "GET a", 3, 4, Value("1")), Op(3, "GET a", 5, 6, kMissing)});
  EXPECT_EQ(example.window.size(), 3u);
}

TEST(CounterExamples, WrapWhenTheyAreWide) {
  History history{Op(0, "GET a", 0, 100, Value("x"))};
  for (int i = 1; i <= 30; ++i) {
    history.push_back(Op(i, "INCR a", i, 50 + i, ":" + std::to_string(i)));
  }
  CounterExample example = ExampleOf(history);
  EXPECT_EQ(example.window.size(), 31u);
  EXPECT_EQ(example.explainable.size(), 31u);
  std::istringstream picture(Draw(example));
  for (std::string line; std::getline(picture, line);) {
    EXPECT_LE(line.size(), 80u) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
  }
}

TEST(Replies, AreReadable) {
  EXPECT_EQ(Readable("+OK\r\n"), "OK");
  EXPECT_EQ(Readable(":5\r\n"), "5");
  EXPECT_EQ(Readable("$3\r\na\nb\r\n"), "\"a?b\"");
  EXPECT_EQ(Readable("*2\r\n$1\r\n1\r\n$-1\r\n"), "[\"1\" (nil)]");
  EXPECT_EQ(Readable("-ERR no\r\n"), "ERR no");
  EXPECT_EQ(Readable(""), "(cut short)");
}

}  // namespace
}  // namespace stepkv::testing
