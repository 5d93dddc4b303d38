#include "common/integer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace stepkv::testing {
namespace {

using namespace std::string_literals;
using Limits = std::numeric_limits<std::int64_t>;

TEST(ParseInteger, TakesTheCanonicalForm) {
  EXPECT_EQ(ParseInteger("0"), 0);
  EXPECT_EQ(ParseInteger("7"), 7);
  EXPECT_EQ(ParseInteger("-7"), -7);
  EXPECT_EQ(ParseInteger("100"), 100);
  EXPECT_EQ(ParseInteger("9223372036854775807"), Limits::max());
  EXPECT_EQ(ParseInteger("-9223372036854775808"), Limits::min());
}

TEST(ParseInteger, TakesNoOther) {
  for (std::string text :
       {""s, "-"s, "+1"s, "-0"s, "00"s, "01"s, "-01"s, " 1"s, "1 "s, "1\n"s,
        "1.0"s, "1e3"s, "0x1"s, "a"s, "--1"s, "1-"s, "1\0"s, "\0"s}) {
    EXPECT_EQ(ParseInteger(text), std::nullopt) << text;
  }
}

TEST(ParseInteger, RefusesWhatDoesNotFit) {
  for (const char* text : {"9223372036854775808", "-9223372036854775809",
                           "18446744073709551616", "99999999999999999999999"}) {
    EXPECT_EQ(ParseInteger(text), std::nullopt) << text;
  }
}

TEST(ParseInteger, ReadsBackEveryNumberWritten) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10000; ++i) {
    auto number = static_cast<std::int64_t>(random() >> (i % 64));
    ASSERT_EQ(ParseInteger(std::to_string(number)), number);
    ASSERT_EQ(ParseInteger(std::to_string(-number)), -number);
  }
}

}  // namespace
}  // namespace stepkv::testing
