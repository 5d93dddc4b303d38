// What every store must do, whoever may touch its tables.
#include "common/store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "common/limits.h"
#include "steps/03_store_thread/store_thread.h"
#include "steps/04_mutex_store/mutex_store.h"
#include "steps/05_sharded_store/sharded_store.h"
#include "tests/unit/allocation.h"
#include "tests/unit/execution.h"
#include "tests/unit/random_commands.h"

namespace stepkv::testing {
namespace {

template <std::size_t kShards>
struct Sharded : ShardedStore {
  Sharded() : ShardedStore(kShards) {}
};

template <typename S>
class Stores : public ::testing::Test {
 protected:
  std::string Ask(Words words) { return AnswerOf(store_, std::move(words)); }

  // Runs `body(i)` in `threads` threads at once.
  template <typename Body>
  void InThreads(int threads, Body body) {
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) running.emplace_back(body, i);
    for (std::thread& thread : running) thread.join();
  }

  // One thread changes, others look, until `looks` of them are taken.
  template <typename Change, typename Look>
  void ChangeAndLook(Change change, Look look) {
    std::atomic<bool> done{false};
    std::thread changing([&] {
      for (int i = 0; !done; ++i) change(i);
    });
    InThreads(2, [&](int) {
      for (int i = 0; i < 1500; ++i) look();
    });
    done = true;
    changing.join();
  }

  S store_;
};

using Kinds = ::testing::Types<StoreThread, MutexStore, Sharded<1>, Sharded<2>,
                               Sharded<64>>;
TYPED_TEST_SUITE(Stores, Kinds);

TYPED_TEST(Stores, GiveTheTablesAnswers) {
  RandomCommands commands(11, 16);
  Table table;
  for (int i = 0; i < 5000; ++i) {
    Words words = commands.Next();
    ASSERT_EQ(this->Ask(words), AnswerOf(table, words)) << words[0] << " " << i;
  }
}

TYPED_TEST(Stores, AnswerInTheDialectAsked) {
  Execution set({"SET", "k", "v"});
  Execution get({"MGET", "k", "none"});
  ByteBuffer out;
  for (const Execution* execution : {&set, &get}) {
    ReplyWriter replies(out, Dialect::kResp3);
    this->store_.Execute(execution->command(), replies);
  }
  EXPECT_EQ(out.View(), "+OK\r\n*2\r\n$1\r\nv\r\n_\r\n");
}

TYPED_TEST(Stores, IncrFromManyThreadsAddsUp) {
  this->InThreads(4, [this](int) {
    for (int i = 0; i < 1000; ++i) this->Ask({"INCR", "shared"});
  });
  EXPECT_EQ(this->Ask({"GET", "shared"}), "4000\n");
}

TYPED_TEST(Stores, EachThreadGetsItsOwnReplies) {
  this->InThreads(4, [this](int thread) {
    std::string key = "k" + std::to_string(thread);
    for (int i = 0; i < 1000; ++i) {
      std::string value = key + "-" + std::to_string(i);
      EXPECT_EQ(this->Ask({"SET", key, value}), "OK\n");
      EXPECT_EQ(this->Ask({"GETSET", key, "next"}), value + "\n");
    }
  });
}

TYPED_TEST(Stores, MSetIsNeverSeenInPart) {
  this->Ask({"MSET", "a", "0", "b", "0", "c", "0"});
  this->ChangeAndLook(
      [this](int i) {
        std::string value = std::to_string(i);
        this->Ask({"MSET", "a", value, "b", value, "c", value});
      },
      [this] {
        std::string seen = this->Ask({"MGET", "c", "a", "b"});
        std::string first = seen.substr(0, seen.find(' '));
        EXPECT_EQ(seen, first + " " + first + " " + first + "\n");
      });
}

TYPED_TEST(Stores, KeysComeAndGoTogether) {
  this->ChangeAndLook(
      [this](int i) {
        i % 2 == 0 ? this->Ask({"MSETNX", "a", "1", "b", "2"})
                   : this->Ask({"DEL", "b", "a"});
      },
      [this] {
        std::string count = this->Ask({"EXISTS", "a", "b"});
        EXPECT_TRUE(count == "0\n" || count == "2\n") << count;
        count = this->Ask({"DBSIZE"});
        EXPECT_TRUE(count == "0\n" || count == "2\n") << count;
      });
}

TYPED_TEST(Stores, FlushTakesAllKeysAtOnce) {
  this->ChangeAndLook(
      [this](int i) {
        i % 2 == 0 ? this->Ask({"MSET", "a", "1", "b", "1", "c", "1"})
                   : this->Ask({"FLUSHALL"});
      },
      [this] {
        std::string seen = this->Ask({"MGET", "a", "b", "c"});
        EXPECT_TRUE(seen == "1 1 1\n" || seen == "(nil) (nil) (nil)\n") << seen;
      });
}

TYPED_TEST(Stores, KeysInAnyOrderAndTwiceBlockNobodyForEver) {
  this->InThreads(4, [this](int thread) {
    for (int i = 0; i < 500; ++i) {
      thread % 2 == 0 ? this->Ask({"MSET", "a", "1", "b", "2", "a", "3"})
                      : this->Ask({"MSET", "b", "1", "a", "2", "b", "3"});
    }
  });
  std::string last = this->Ask({"MGET", "a", "b"});
  EXPECT_TRUE(last == "3 2\n" || last == "2 3\n") << last;
}

TYPED_TEST(Stores, OutOfMemoryEndsACommandAndNotTheStore) {
  this->Ask({"SET", "k", "old"});
  Words set = {"SET", "k", std::string(kMiB, 'x')};
  {
    Execution execution(set);
    ByteBuffer out;
    ReplyWriter replies(out, Dialect::kLine);
    LargeAllocationsFail fail(kMiB / 2);
    EXPECT_THROW(this->store_.Execute(execution.command(), replies),
                 std::bad_alloc);
  }
  EXPECT_EQ(this->Ask({"GET", "k"}), "old\n");
}

TEST(StoreThreads, EndWithNothingAsked) {
  for (int i = 0; i < 100; ++i) StoreThread store;
}

}  // namespace
}  // namespace stepkv::testing
