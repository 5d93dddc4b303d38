#include "common/escape.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/unit/parsing.h"

namespace stepkv::testing {
namespace {

TEST(Escape, LeavesPrintableBytesAlone) {
  EXPECT_EQ(Escape("plain text, 'quoted' {}"), "plain text, 'quoted' {}");
  EXPECT_EQ(Escape("\xc3\xa4\xff"), "\xc3\xa4\xff");
  EXPECT_EQ(Escape(""), "");
}

TEST(Escape, ShowsControlBytesAsInC) {
  EXPECT_EQ(Escape("\"\\\n\r\t\a\b"), R"(\"\\\n\r\t\a\b)");
  EXPECT_EQ(Escape(std::string("\0\x1f\x7f\x1b", 4)), R"(\x00\x1f\x7f\x1b)");
}

TEST(Escape, LeavesNoControlByte) {
  for (int byte = 0; byte < 256; ++byte) {
    char c = static_cast<char>(byte);
    EXPECT_EQ(IsControl(c), byte < 32 || byte == 127) << byte;
    for (char shown : Escape({&c, 1})) EXPECT_FALSE(IsControl(shown)) << byte;
  }
}

TEST(Escape, IsReadBackByTheParser) {
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes(random() % 20, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    Parsed parsed = Parse("ECHO \"" + Escape(bytes) + "\"\n");
    ASSERT_EQ(parsed.requests.size(), 1u);
    ASSERT_EQ(parsed.requests[0].words, (Words{"ECHO", bytes}));
  }
}

}  // namespace
}  // namespace stepkv::testing
