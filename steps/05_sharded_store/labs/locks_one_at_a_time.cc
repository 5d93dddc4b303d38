// Lab 05: shards locked one at a time
// Mistake:   MSET and MGET lock the shard of a key, deal with that key, let go,
//            and go on to the next.
// Watch:     no data race, and no deadlock either, since nobody holds two
//            locks. But an MGET can come to some keys before an MSET and to
//            others after it: a torn read. And two MSETs can go past each
//            other, so that each wins some of the keys.
// Caught by: the experiment `torn`; the linearizability checker.
// Try:       ./run experiment torn 05 --lab locks_one_at_a_time
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common/serve_commands.h"
#include "common/server_main.h"
#include "common/table.h"
#include "steps/02_thread_per_client/mutex.h"
#include "steps/02_thread_per_client/thread_per_client.h"
#include "steps/05_sharded_store/sharded_store.h"

namespace stepkv {
namespace {

constexpr int kDefaultShards = 64;

class OneAtATime {
 public:
  explicit OneAtATime(std::size_t shards)
      : count_(shards), shards_(std::make_unique<Shard[]>(shards)) {
    for (std::size_t i = 0; i < count_; ++i) {
      tables_.push_back(&shards_[i].table);
    }
  }

  void Execute(const Command& command, ReplyWriter& replies) {
    if (command.id() == CommandId::kMGet) return MGet(command, replies);
    if (command.id() == CommandId::kMSet && command.args.size() % 2 == 1)
      return MSet(command, replies);
    // Everything else is done as it should be, with all of the locks.
    std::deque<MutexLock> locks;
    for (std::size_t i = 0; i < count_; ++i) {
      locks.emplace_back(shards_[i].mutex);
    }
    Table::Apply(tables_, &ShardedStore::ShardOf, command, replies);
  }

 private:
  struct alignas(128) Shard {
    Mutex mutex;
    Table table GUARDED_BY(mutex);
  };

  void MGet(const Command& command, ReplyWriter& replies) {
    replies.Array(command.key_count());
    for (std::size_t i = 0; i < command.key_count(); ++i) {
      Shard& shard = ShardOf(command.key(i));
      MutexLock lock(shard.mutex);
      const std::string* value = shard.table.Find(command.key(i));
      value != nullptr ? replies.Bulk(*value) : replies.Null();
    }
  }

  void MSet(const Command& command, ReplyWriter& replies) {
    for (std::size_t i = 0; i < command.key_count(); ++i) {
      SetOne(command.key(i), command.args[2 + 2 * i]);
      // Here others may come between. Without the yield too, but rarer.
      std::this_thread::yield();
    }
    replies.Ok();
  }

  void SetOne(std::string_view key, std::string_view value) {
    Shard& shard = ShardOf(key);
    MutexLock lock(shard.mutex);
    shard.table.Set(key, value);
  }

  Shard& ShardOf(std::string_view key) {
    return shards_[ShardedStore::ShardOf(key, count_)];
  }

  const std::size_t count_;
  const std::unique_ptr<Shard[]> shards_;
  std::vector<Table*> tables_;
};

}  // namespace
}  // namespace stepkv

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(
      argc, argv,
      {.name = "lab_05_locks_one_at_a_time", .default_shards = kDefaultShards},
      [](Server& server) {
        OneAtATime store(static_cast<std::size_t>(server.options.shards));
        ThreadPerClient(server, [&](BlockingClient& client) {
          ServeCommands(client, store);
        }).Run();
      });
}
