// Stores that are no step: what the steps' stores are measured against.
#ifndef STEPKV_BENCH_MICRO_STORES_H_
#define STEPKV_BENCH_MICRO_STORES_H_

#include <condition_variable>
#include <cstddef>
#include <future>
#include <memory>
#include <mutex>
#include <queue>
#include <shared_mutex>
#include <thread>
#include <utility>

#include "common/command.h"
#include "common/reply_writer.h"
#include "common/table.h"
#include "steps/05_sharded_store/sharded_store.h"

namespace stepkv::bench {

// Readers share the lock: GETs run side by side, as long as nobody writes.
class ReaderWriterStore {
 public:
  void Execute(const Command& command, ReplyWriter& replies) {
    if (command.is_write()) {
      std::unique_lock lock(mutex_);
      table_.Apply(command, replies);
    } else {
      std::shared_lock lock(mutex_);
      table_.Apply(command, replies);
    }
  }

 private:
  std::shared_mutex mutex_;
  Table table_;
};

// The store thread that comes to mind first: a queue under a lock, and for
// each operation a promise, which is memory and a lock of its own.
class PromiseStore {
 public:
  PromiseStore() : thread_(&PromiseStore::Run, this) {}
  ~PromiseStore() {
    Push({nullptr, nullptr, {}});
    thread_.join();
  }

  void Execute(const Command& command, ReplyWriter& replies) {
    std::promise<void> promise;
    std::future<void> done = promise.get_future();
    Push({&command, &replies, std::move(promise)});
    done.get();
  }

 private:
  struct Operation {
    const Command* command;  // nullptr: the last one
    ReplyWriter* replies;
    std::promise<void> done;
  };

  void Push(Operation operation) {
    std::lock_guard lock(mutex_);
    operations_.push(std::move(operation));
    arrival_.notify_one();
  }

  Operation Pop() {
    std::unique_lock lock(mutex_);
    arrival_.wait(lock, [this] { return !operations_.empty(); });
    Operation first = std::move(operations_.front());
    operations_.pop();
    return first;
  }

  void Run() {
    Table table;
    for (;;) {
      Operation operation = Pop();
      if (operation.command == nullptr) return;
      table.Apply(*operation.command, *operation.replies);
      operation.done.set_value();
    }
  }

  std::mutex mutex_;
  std::condition_variable arrival_;
  std::queue<Operation> operations_;
  std::thread thread_;
};

// Step 05's store for commands on one key, with its shards side by side in
// memory: neighbours share a cache line.
class UnpaddedStore {
 public:
  explicit UnpaddedStore(std::size_t shards)
      : count_(shards), shards_(std::make_unique<Shard[]>(shards)) {}

  void Execute(const Command& command, ReplyWriter& replies) {
    Shard& shard = shards_[ShardedStore::ShardOf(command.key(0), count_)];
    std::lock_guard lock(shard.mutex);
    shard.table.Apply(command, replies);
  }

 private:
  struct Shard {
    std::mutex mutex;
    Table table;
  };
  const std::size_t count_;
  const std::unique_ptr<Shard[]> shards_;
};

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_MICRO_STORES_H_
