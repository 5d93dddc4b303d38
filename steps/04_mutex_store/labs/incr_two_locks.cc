// Lab 04: INCR as two locked halves
// Mistake:   a lock around the read, and another one around the write.
// Watch:     every access is under the mutex, so there is no data race, and
//            both ThreadSanitizer and Clang's annotations are content. But the
//            lock is let go in the middle of what should be one act: another
//            client reads the same number, and one of the updates is lost.
// Caught by: the experiment `incr`; the linearizability checker.
// Try:       ./run experiment incr 04 --lab incr_two_locks
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "common/integer.h"
#include "common/serve_commands.h"
#include "common/server_main.h"
#include "common/table.h"
#include "steps/02_thread_per_client/mutex.h"
#include "steps/02_thread_per_client/thread_per_client.h"

namespace stepkv {
namespace {

class TwoLocks {
 public:
  void Execute(const Command& command, ReplyWriter& replies) EXCLUDES(mutex_) {
    if (command.id() == CommandId::kIncr) return Incr(command.key(0), replies);
    MutexLock lock(mutex_);
    table_.Apply(command, replies);
  }

 private:
  void Incr(std::string_view key, ReplyWriter& replies) EXCLUDES(mutex_) {
    std::optional<std::int64_t> number = Read(key);
    if (!number)
      return replies.Error("ERR value is not an integer or out of range");
    // Here another client may have the lock. Without the yield too, but rarer.
    std::this_thread::yield();
    Write(key, *number + 1);
    replies.Integer(*number + 1);
  }

  std::optional<std::int64_t> Read(std::string_view key) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    const std::string* value = table_.Find(key);
    return value != nullptr ? ParseInteger(*value) : 0;
  }

  void Write(std::string_view key, std::int64_t number) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    table_.Set(key, std::to_string(number));
  }

  Mutex mutex_;
  Table table_ GUARDED_BY(mutex_);
};

}  // namespace
}  // namespace stepkv

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(argc, argv, {.name = "lab_04_incr_two_locks"},
                    [](Server& server) {
                      TwoLocks store;
                      ThreadPerClient(server, [&](BlockingClient& client) {
                        ServeCommands(client, store);
                      }).Run();
                    });
}
