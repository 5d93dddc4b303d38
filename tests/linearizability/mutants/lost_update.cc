// Mutant: read under one lock, write under another. Each half is free of data
// races, so no sanitizer objects; two clients that read before either writes
// lose one of the two updates.
#include <string>
#include <thread>

#include "common/serve_commands.h"
#include "common/server_main.h"
#include "common/table.h"
#include "steps/02_thread_per_client/mutex.h"
#include "steps/02_thread_per_client/thread_per_client.h"

namespace stepkv {
namespace {

class LostUpdateStore {
 public:
  void Execute(const Command& command, ReplyWriter& replies) EXCLUDES(mutex_) {
    if (command.id() == CommandId::kIncr) return Increment(command, replies);
    MutexLock lock(mutex_);
    table_.Apply(command, replies);
  }

 private:
  void Increment(const Command& command, ReplyWriter& replies) {
    Table copy;
    {
      MutexLock lock(mutex_);
      const std::string* value = table_.Find(command.key(0));
      if (value != nullptr) copy.Set(command.key(0), *value);
    }
    std::this_thread::yield();  // the mistake is there without it, but rarer
    copy.Apply(command, replies);
    MutexLock lock(mutex_);
    table_.Set(command.key(0), *copy.Find(command.key(0)));
  }

  Mutex mutex_;
  Table table_ GUARDED_BY(mutex_);
};

}  // namespace
}  // namespace stepkv

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(argc, argv, {.name = "mutant_lost_update"},
                    [](Server& server) {
                      LostUpdateStore store;
                      ThreadPerClient(server, [&](BlockingClient& client) {
                        ServeCommands(client, store);
                      }).Run();
                    });
}
