#include "common/log.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace stepkv::testing {
namespace {

std::string Received(const std::vector<std::string_view>& words) {
  ::testing::internal::CaptureStdout();
  LogReceived(words);
  return ::testing::internal::GetCapturedStdout();
}

TEST(Log, LinesGoToStdoutAndErrorsToStderr) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  SetLogName("03_name");
  LogLine("a line");
  LogError("an error");
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "a line\n");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "03_name: an error\n");
}

TEST(Log, WhatClientsSendForgesNoLine) {
  EXPECT_EQ(Received({"GET", "a\nServing x", "\x1b[2J"}),
            "Received: GET a\\nServing x \\x1b[2J\n");
}

TEST(Log, LongRequestsAreCutShort) {
  std::string large(100000, 'x');
  std::string line = Received({"SET", "k", large});
  EXPECT_TRUE(line.starts_with("Received: SET k xxx"));
  EXPECT_TRUE(line.ends_with("x...\n"));
  EXPECT_LE(line.size(), kLoggedBytes + 10);
  EXPECT_LE(Received(std::vector<std::string_view>(100000, "w")).size(),
            kLoggedBytes + 10);
}

}  // namespace
}  // namespace stepkv::testing
