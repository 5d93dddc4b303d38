// Mutant: a cache beside the table, filled by readers and emptied by writers.
// A reader that looked into the table before a write, and fills the cache after
// the writer has emptied it, leaves the old value there for all to read.
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <thread>

#include "common/serve_commands.h"
#include "common/server_main.h"
#include "common/table.h"
#include "steps/02_thread_per_client/mutex.h"
#include "steps/02_thread_per_client/thread_per_client.h"

namespace stepkv {
namespace {

class StaleReadStore {
 public:
  void Execute(const Command& command, ReplyWriter& replies) {
    if (command.id() == CommandId::kGet) return Get(command, replies);
    ApplyToTable(command, replies);
    if (command.is_write()) Forget(command);
  }

 private:
  using Value = std::optional<std::string>;  // nullopt: a missing key

  void ApplyToTable(const Command& command, ReplyWriter& replies) {
    MutexLock lock(table_mutex_);
    table_.Apply(command, replies);
  }

  void Get(const Command& command, ReplyWriter& replies) {
    std::string key(command.key(0));
    std::optional<Value> cached = Cached(key);
    if (!cached) {
      cached = Read(key);
      std::this_thread::yield();  // the mistake is there without it, but rarer
      MutexLock lock(cache_mutex_);
      cache_[key] = *cached;
    }
    *cached ? replies.Bulk(**cached) : replies.Null();
  }

  std::optional<Value> Cached(const std::string& key) {
    MutexLock lock(cache_mutex_);
    auto found = cache_.find(key);
    if (found == cache_.end()) return std::nullopt;
    return found->second;
  }

  Value Read(const std::string& key) {
    MutexLock lock(table_mutex_);
    const std::string* value = table_.Find(key);
    return value != nullptr ? Value(*value) : std::nullopt;
  }

  void Forget(const Command& command) {
    MutexLock lock(cache_mutex_);
    if (command.key_count() == 0) cache_.clear();
    for (std::size_t i = 0; i < command.key_count(); ++i) {
      cache_.erase(std::string(command.key(i)));
    }
  }

  Mutex table_mutex_;
  Table table_ GUARDED_BY(table_mutex_);
  Mutex cache_mutex_;
  std::map<std::string, Value> cache_ GUARDED_BY(cache_mutex_);
};

}  // namespace
}  // namespace stepkv

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(argc, argv, {.name = "mutant_stale_read"},
                    [](Server& server) {
                      StaleReadStore store;
                      ThreadPerClient(server, [&](BlockingClient& client) {
                        ServeCommands(client, store);
                      }).Run();
                    });
}
