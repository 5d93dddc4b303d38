#include "common/byte_buffer.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <utility>

#include "common/limits.h"

namespace stepkv::testing {
namespace {

TEST(ByteBuffer, GivesBackWhatWasAppendedInOrder) {
  ByteBuffer buffer;
  buffer.Append("hello ");
  buffer.Append("");
  buffer.Append("world");
  EXPECT_EQ(buffer.View(), "hello world");
  buffer.Consume(6);
  EXPECT_EQ(buffer.View(), "world");
  buffer.Consume(5);
  EXPECT_TRUE(buffer.empty());
}

TEST(ByteBuffer, TakesMemoryOnlyWhenThereIsSomethingToHold) {
  ByteBuffer buffer;
  buffer.Append("");
  EXPECT_EQ(buffer.capacity(), 0u);
  EXPECT_EQ(buffer.View(), "");
  buffer.Clear();
  buffer.Release();
  EXPECT_EQ(buffer.size(), 0u);
}

TEST(ByteBuffer, PrepareGivesAtLeastTheRoomThatWasAsked) {
  ByteBuffer buffer;
  for (std::size_t bytes : {0u, 1u, 7u, 4096u, 5u, 100000u}) {
    std::span<char> room = buffer.Prepare(bytes);
    ASSERT_GE(room.size(), bytes);
    std::fill(room.begin(), room.end(), 'r');
    buffer.Commit(bytes);
  }
  EXPECT_EQ(buffer.size(), 104109u);
}

TEST(ByteBuffer, RoomThatWasNotCommittedDoesNotCount) {
  ByteBuffer buffer;
  buffer.Prepare(100)[0] = 'x';
  EXPECT_TRUE(buffer.empty());
  buffer.Append("y");
  EXPECT_EQ(buffer.View(), "y");
}

TEST(ByteBuffer, ConsumedBytesStayInPlaceUntilTheNextPrepare) {
  ByteBuffer buffer;
  buffer.Append("request");
  const char* bytes = buffer.Readable().data();
  buffer.Consume(7);
  EXPECT_EQ(std::string_view(bytes, 7), "request");
}

TEST(ByteBuffer, UsesTheRoomOfConsumedBytesAgain) {
  ByteBuffer buffer;
  buffer.Append(std::string(1000, 'a'));
  std::size_t capacity = buffer.capacity();
  for (int i = 0; i < 1000; ++i) {
    buffer.Consume(500);
    buffer.Append(std::string(500, 'b'));
  }
  EXPECT_EQ(buffer.capacity(), capacity);
  EXPECT_EQ(buffer.View(), std::string(1000, 'b'));
}

TEST(ByteBuffer, HoldsAtMostTwiceWhatItMust) {
  ByteBuffer buffer;
  for (std::size_t bytes = 1; bytes < kMiB; bytes += bytes / 3 + 1) {
    buffer.Append(std::string(bytes, 'x'));
    EXPECT_LE(buffer.capacity(), 2 * buffer.size());
  }
}

TEST(ByteBuffer, ReleaseGivesTheMemoryBack) {
  ByteBuffer buffer;
  buffer.Append(std::string(kMiB, 'x'));
  buffer.Clear();
  EXPECT_GE(buffer.capacity(), kMiB);
  buffer.Release();
  EXPECT_EQ(buffer.capacity(), 0u);
  buffer.Append("again");
  EXPECT_EQ(buffer.View(), "again");
}

TEST(ByteBuffer, MovesWithItsBytes) {
  ByteBuffer from;
  from.Append("abc");
  const char* bytes = from.View().data();
  ByteBuffer to(std::move(from));
  EXPECT_EQ(to.View().data(), bytes);
  ByteBuffer assigned;
  assigned.Append("old");
  assigned = std::move(to);
  EXPECT_EQ(assigned.View(), "abc");
}

TEST(ByteBuffer, BehavesLikeAQueue) {
  std::mt19937 random(1);
  ByteBuffer buffer;
  std::string model;
  for (int i = 0; i < 20000; ++i) {
    if (random() % 2 == 0) {
      std::string bytes(random() % 200, static_cast<char>('a' + i % 26));
      buffer.Append(bytes);
      model += bytes;
    } else {
      std::size_t bytes = random() % (model.size() + 1);
      buffer.Consume(bytes);
      model.erase(0, bytes);
    }
    ASSERT_EQ(buffer.View(), model);
  }
}

}  // namespace
}  // namespace stepkv::testing
