// N tables with a mutex each. A key's hash says which of them holds it; a
// command locks the shards of its keys, each once and in ascending order, and
// holds all of them while it runs: it is atomic, and two commands can never
// wait for each other.
//
// Any number of threads may call Execute.
#ifndef STEPKV_STEPS_05_SHARDED_STORE_SHARDED_STORE_H_
#define STEPKV_STEPS_05_SHARDED_STORE_SHARDED_STORE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "common/command.h"
#include "common/reply_writer.h"
#include "common/table.h"
#include "steps/02_thread_per_client/mutex.h"

namespace stepkv {

class ShardedStore {
 public:
  explicit ShardedStore(std::size_t shards)
      : count_(shards), shards_(std::make_unique<Shard[]>(shards)) {
    for (std::size_t i = 0; i < count_; ++i) {
      tables_.push_back(&shards_[i].table);
    }
  }

  void Execute(const Command& command, ReplyWriter& replies) {
    if (command.key_count() == 1) {
      Shard& shard = shards_[ShardOf(command.key(0), count_)];
      MutexLock lock(shard.mutex);
      shard.table.Apply(command, replies);
    } else {
      ShardLocks locks(*this, command);
      Table::Apply(tables_, &ShardOf, command, replies);
    }
  }

  // FNV-1a. Neither half of it alone would do: a key's last letters do not
  // reach the bits in the middle, and key:1 to key:99 would share a shard.
  static std::size_t ShardOf(std::string_view key, std::size_t shards) {
    std::uint64_t hash = 14695981039346656037u;
    for (char c : key) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    }
    return (hash ^ hash >> 32) % shards;
  }

 private:
  // On cache lines of its own: a lock that is taken on one core must not slow
  // down a core that works on the shard next to it (false sharing). Two lines
  // of 64 bytes, since the processor fetches them in pairs.
  struct alignas(128) Shard {
    Mutex mutex;
    Table table GUARDED_BY(mutex);
  };

  // The locks of one command with several keys, or with none: that is a
  // command on all of them.
  class ShardLocks {
   public:
    ShardLocks(ShardedStore& store, const Command& command) : store_(store) {
      held_.assign(store.count_, command.key_count() == 0);
      for (std::size_t i = 0; i < command.key_count(); ++i) {
        held_[ShardOf(command.key(i), store.count_)] = true;
      }
      for (std::size_t i = 0; i < held_.size(); ++i) {
        if (held_[i]) store_.shards_[i].mutex.Lock();
      }
    }
    ~ShardLocks() {
      for (std::size_t i = 0; i < held_.size(); ++i) {
        if (held_[i]) store_.shards_[i].mutex.Unlock();
      }
    }

   private:
    ShardedStore& store_;
    std::vector<bool> held_;
  };

  const std::size_t count_;
  const std::unique_ptr<Shard[]> shards_;
  std::vector<Table*> tables_;  // of all shards, for Table::Apply
};

}  // namespace stepkv

#endif  // STEPKV_STEPS_05_SHARDED_STORE_SHARDED_STORE_H_
