// Lab 05: shards locked in the order of the arguments
// Mistake:   a command on several keys locks their shards in the order in
//            which the client named them.
// Watch:     A sends MSET x y and has the lock of x, B sends MSET y x and has
//            that of y. Each now waits for the other: a deadlock. One client
//            alone never meets it, and most runs of a test do not either.
// Caught by: the experiment `crossed`, which ends all the same: it sees that
//            all threads sleep. Here the lab says who holds what.
// Try:       ./run experiment crossed 05 --lab locks_in_argument_order
#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/log.h"
#include "common/serve_commands.h"
#include "common/server_main.h"
#include "common/table.h"
#include "steps/02_thread_per_client/thread_per_client.h"
#include "steps/05_sharded_store/sharded_store.h"

namespace stepkv {
namespace {

constexpr int kDefaultShards = 64;

// Locks for the shards, of which somebody keeps a record: who holds which, and
// who waits for which. A wait that closes a circle of waits is reported, and
// then waited for, for ever.
class RecordedLocks {
 public:
  explicit RecordedLocks(std::size_t count)
      : mutexes_(std::make_unique<std::mutex[]>(count)) {}

  void Lock(std::size_t shard, const std::string& key) {
    {
      std::lock_guard lock(record_);
      waits_for_[Me()] = shard;
      names_[shard] = key;
      if (IsCircle()) ReportCircle();
    }
    mutexes_[shard].lock();
    std::lock_guard lock(record_);
    holder_[shard] = Me();
    waits_for_.erase(Me());
  }

  void Unlock(std::size_t shard) {
    std::lock_guard lock(record_);
    holder_.erase(shard);
    mutexes_[shard].unlock();
  }

 private:
  // A number for each client's thread.
  static int Me() {
    static std::atomic<int> last{0};
    thread_local const int me = ++last;
    return me;
  }

  // Who stands in `client`'s way; 0: nobody.
  int Blocker(int client) const {
    auto shard = waits_for_.find(client);
    if (shard == waits_for_.end()) return 0;
    auto holder = holder_.find(shard->second);
    return holder != holder_.end() ? holder->second : 0;
  }

  bool IsCircle() const {
    int client = Blocker(Me());
    // Whoever closes a circle meets himself, not another circle.
    while (client != 0 && client != Me()) client = Blocker(client);
    return client == Me();
  }

  void ReportCircle() const {
    int client = Me();
    do {
      int blocker = Blocker(client);
      std::size_t shard = waits_for_.at(client);
      LogError("client " + std::to_string(client) + " waits for shard " +
               std::to_string(shard) + " (key " + names_.at(shard) +
               "), which client " + std::to_string(blocker) + " holds");
      client = blocker;
    } while (client != Me());
  }

  const std::unique_ptr<std::mutex[]> mutexes_;
  std::mutex record_;  // guards all below
  std::map<std::size_t, int> holder_;
  std::map<int, std::size_t> waits_for_;
  std::map<std::size_t, std::string> names_;
};

class ArgumentOrder {
 public:
  explicit ArgumentOrder(std::size_t shards)
      : count_(shards), locks_(shards), shards_(shards) {
    for (Table& table : shards_) tables_.push_back(&table);
  }

  void Execute(const Command& command, ReplyWriter& replies) {
    std::vector<std::size_t> held;
    std::vector<bool> holds(count_);
    auto lock = [&](std::size_t shard, const std::string& key) {
      if (!holds[shard]) locks_.Lock(shard, key), held.push_back(shard);
      holds[shard] = true;
    };
    for (std::size_t i = 0; i < command.key_count(); ++i) {
      std::string key(command.key(i));
      lock(ShardedStore::ShardOf(key, count_), key);
    }
    if (command.key_count() == 0) {
      for (std::size_t shard = 0; shard < count_; ++shard) lock(shard, "all");
    }
    Table::Apply(tables_, &ShardedStore::ShardOf, command, replies);
    for (std::size_t shard : held) locks_.Unlock(shard);
  }

 private:
  const std::size_t count_;
  RecordedLocks locks_;
  std::vector<Table> shards_;
  std::vector<Table*> tables_;
};

}  // namespace
}  // namespace stepkv

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(
      argc, argv,
      {.name = "lab_05_locks_in_argument_order",
       .default_shards = kDefaultShards},
      [](Server& server) {
        ArgumentOrder store(static_cast<std::size_t>(server.options.shards));
        ThreadPerClient(server, [&](BlockingClient& client) {
          ServeCommands(client, store);
        }).Run();
      });
}
