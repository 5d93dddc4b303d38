#include "steps/03_store_thread/channel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

namespace stepkv::testing {
namespace {

using Values = std::vector<int>;

// Everything that is sent until the channel is closed.
Values Drain(Channel<int>& channel) {
  Values all, some;
  while (channel.ReceiveAll(some)) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

TEST(Channel, FirstInIsFirstOut) {
  Channel<int> channel(10);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(channel.Send(i));
  Values values = {99};
  EXPECT_TRUE(channel.ReceiveAll(values));
  EXPECT_EQ(values, (Values{0, 1, 2, 3, 4}));
  EXPECT_TRUE(channel.Send(5));
  EXPECT_TRUE(channel.ReceiveAll(values));
  EXPECT_EQ(values, (Values{5}));
}

TEST(Channel, CarriesWhatCanOnlyBeMoved) {
  Channel<std::unique_ptr<int>> channel(1);
  EXPECT_TRUE(channel.Send(std::make_unique<int>(7)));
  std::vector<std::unique_ptr<int>> values;
  EXPECT_TRUE(channel.ReceiveAll(values));
  EXPECT_EQ(*values.at(0), 7);
}

TEST(Channel, ClosedRefusesButIsDrained) {
  Channel<int> channel(10);
  channel.Send(1);
  channel.Send(2);
  channel.Close();
  EXPECT_FALSE(channel.Send(3));
  Values values;
  EXPECT_TRUE(channel.ReceiveAll(values));
  EXPECT_EQ(values, (Values{1, 2}));
  EXPECT_FALSE(channel.ReceiveAll(values));
  EXPECT_TRUE(values.empty());
  channel.Close();  // again, to no effect
  EXPECT_FALSE(channel.ReceiveAll(values));
}

TEST(Channel, CloseWakesAReceiverThatWaits) {
  for (int round = 0; round < 100; ++round) {
    Channel<int> channel(1);
    std::thread receiver([&] { EXPECT_EQ(Drain(channel), Values{}); });
    channel.Close();
    receiver.join();
  }
}

TEST(Channel, CloseWakesASenderThatWaitsForRoomAndRefusesIt) {
  for (int round = 0; round < 100; ++round) {
    Channel<int> channel(1);
    channel.Send(1);
    std::thread sender([&] { EXPECT_FALSE(channel.Send(2)); });
    channel.Close();
    sender.join();
    EXPECT_EQ(Drain(channel), (Values{1}));
  }
}

TEST(Channel, HoldsNoMoreThanItsCapacity) {
  constexpr int kCount = 20000;
  for (std::size_t capacity : {1u, 2u, 16u}) {
    Channel<int> channel(capacity);
    std::atomic<std::size_t> sent{0};
    std::thread sender([&] {
      for (int i = 0; i < kCount; ++i, ++sent) channel.Send(i);
      channel.Close();
    });
    std::size_t received = 0;
    Values values;
    do {
      received += values.size();
      EXPECT_LE(values.size(), capacity);
      EXPECT_LE(sent.load(), received + capacity);
    } while (channel.ReceiveAll(values));
    sender.join();
    EXPECT_EQ(received, static_cast<std::size_t>(kCount));
  }
}

TEST(Channel, OfManySendersLosesNothingAndKeepsEachOnesOrder) {
  constexpr int kSenders = 4, kEach = 5000;
  Channel<int> channel(8);
  std::vector<std::thread> senders;
  for (int s = 0; s < kSenders; ++s) {
    senders.emplace_back([&channel, s] {
      for (int i = 0; i < kEach; ++i) channel.Send(i * kSenders + s);
    });
  }
  Values next(kSenders, 0), values;
  for (int received = 0; received < kSenders * kEach;) {
    ASSERT_TRUE(channel.ReceiveAll(values));
    for (int value : values) {
      auto sender = static_cast<std::size_t>(value % kSenders);
      ASSERT_EQ(value / kSenders, next[sender]++);
      ++received;
    }
  }
  for (std::thread& sender : senders) sender.join();
}

TEST(Channel, OfManyReceiversGivesEachValueOnce) {
  constexpr int kCount = 10000;
  Channel<int> channel(8);
  std::atomic<std::int64_t> sum{0};
  std::vector<std::thread> receivers;
  for (int r = 0; r < 3; ++r) {
    receivers.emplace_back([&] {
      Values all = Drain(channel);
      sum += std::accumulate(all.begin(), all.end(), std::int64_t{0});
    });
  }
  for (int i = 0; i < kCount; ++i) channel.Send(i);
  channel.Close();
  for (std::thread& receiver : receivers) receiver.join();
  EXPECT_EQ(sum.load(), std::int64_t{kCount} * (kCount - 1) / 2);
}

TEST(Channel, WhatWasTakenBeforeTheCloseIsReceived) {
  for (int round = 0; round < 50; ++round) {
    Channel<int> channel(4);
    std::atomic<std::size_t> taken{0};
    std::vector<std::thread> senders;
    for (int s = 0; s < 3; ++s) {
      senders.emplace_back([&] {
        while (channel.Send(1)) ++taken;
      });
    }
    Values some;
    for (int i = 0; i < 20; ++i) channel.ReceiveAll(some), taken -= some.size();
    channel.Close();
    for (std::thread& sender : senders) sender.join();
    EXPECT_EQ(Drain(channel).size(), taken.load());
  }
}

}  // namespace
}  // namespace stepkv::testing
