// Lab 05: shards without padding
// Mistake:   the shards stand next to each other in memory, so that a cache
//            line of 64 bytes holds the end of one and the lock of the next.
// Watch:     every answer is right. But a core that takes a lock takes the
//            whole line away from the others, and with it the shard that
//            another core is working on (false sharing): more shards, and
//            hardly more speed.
// Caught by: the layout check `shard_layout`; no test of answers can.
// Try:       build/release/bin/shard_layout unpadded_shards
#include <cstddef>
#include <deque>
#include <memory>
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

class UnpaddedShards {
 public:
  explicit UnpaddedShards(std::size_t shards)
      : count_(shards), shards_(std::make_unique<Shard[]>(shards)) {
    for (std::size_t i = 0; i < count_; ++i) {
      tables_.push_back(&shards_[i].table);
    }
  }

  void Execute(const Command& command, ReplyWriter& replies) {
    if (command.key_count() == 1) {
      Shard& shard = shards_[ShardedStore::ShardOf(command.key(0), count_)];
      MutexLock lock(shard.mutex);
      shard.table.Apply(command, replies);
    } else {  // all of them: what matters here is where they stand
      std::deque<MutexLock> locks;
      for (std::size_t i = 0; i < count_; ++i) {
        locks.emplace_back(shards_[i].mutex);
      }
      Table::Apply(tables_, &ShardedStore::ShardOf, command, replies);
    }
  }

 private:
  struct Shard {  // no alignas
    Mutex mutex;
    Table table GUARDED_BY(mutex);
  };

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
      {.name = "lab_05_unpadded_shards", .default_shards = kDefaultShards},
      [](Server& server) {
        UnpaddedShards store(static_cast<std::size_t>(server.options.shards));
        ThreadPerClient(server, [&](BlockingClient& client) {
          ServeCommands(client, store);
        }).Run();
      });
}
