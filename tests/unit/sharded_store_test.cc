#include "steps/05_sharded_store/sharded_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

namespace stepkv::testing {
namespace {

std::string Formatted(const char* format, int number) {
  std::array<char, 100> text{};
  std::snprintf(text.data(), text.size(), format, number);
  return text.data();
}

class ShardOf : public ::testing::TestWithParam<const char*> {};

// Keys as programs make them: alike but for a number. 05's first hash put the
// first thousand keys of redis-benchmark into one shard of 64.
TEST_P(ShardOf, SpreadsKeysThatDifferInANumberOnly) {
  constexpr int kPerShard = 50;
  for (std::size_t shards : {2u, 7u, 16u, 64u, 100u}) {
    std::vector<int> keys(shards);
    for (int i = 0; i < kPerShard * static_cast<int>(shards); ++i) {
      ++keys[ShardedStore::ShardOf(Formatted(GetParam(), i), shards)];
    }
    EXPECT_GE(*std::ranges::min_element(keys), kPerShard / 3) << shards;
    EXPECT_LE(*std::ranges::max_element(keys), kPerShard * 2) << shards;
  }
}

INSTANTIATE_TEST_SUITE_P(Keys, ShardOf,
                         ::testing::Values("%d", "k%d", "key:%d", "key:%06d",
                                           "key:__rand_int__%012d",
                                           "user:%08d:name"));

TEST(ShardOfKeys, IsWithinTheShardsAndAlwaysTheSame) {
  for (std::size_t shards : {1u, 2u, 3u, 64u, 65536u}) {
    for (std::string key : {std::string(), std::string("a"),
                            std::string(1000, '\xff'), std::string("\0", 1)}) {
      std::size_t shard = ShardedStore::ShardOf(key, shards);
      EXPECT_LT(shard, shards);
      EXPECT_EQ(ShardedStore::ShardOf(key, shards), shard);
    }
  }
}

TEST(ShardOfKeys, IsFnv1aFolded) {
  // The test vectors of the hash's authors: "", "a", "foobar".
  auto folded = [](std::uint64_t hash) {
    return static_cast<std::size_t>((hash ^ (hash >> 32)) % 1000003);
  };
  EXPECT_EQ(ShardedStore::ShardOf("", 1000003), folded(0xcbf29ce484222325));
  EXPECT_EQ(ShardedStore::ShardOf("a", 1000003), folded(0xaf63dc4c8601ec8c));
  EXPECT_EQ(ShardedStore::ShardOf("foobar", 1000003),
            folded(0x85944171f73967e8));
}

}  // namespace
}  // namespace stepkv::testing
