// Mutant: MSET takes the lock anew for each key. A reader that comes between
// two keys sees half of it, and two MSETs can cross.
#include <array>
#include <cstddef>
#include <string_view>
#include <thread>

#include "common/serve_commands.h"
#include "common/server_main.h"
#include "common/table.h"
#include "steps/02_thread_per_client/mutex.h"
#include "steps/02_thread_per_client/thread_per_client.h"

namespace stepkv {
namespace {

class TornMsetStore {
 public:
  void Execute(const Command& command, ReplyWriter& replies) {
    // As an odd number of words is an error, it changes nothing.
    if (command.id() == CommandId::kMSet && command.args.size() % 2 == 1) {
      return SetOneByOne(command, replies);
    }
    MutexLock lock(mutex_);
    table_.Apply(command, replies);
  }

 private:
  void SetOneByOne(const Command& command, ReplyWriter& replies) {
    for (std::size_t i = 0; i < command.key_count(); ++i) {
      {
        MutexLock lock(mutex_);
        table_.Set(command.key(i), command.args[2 * i + 2]);
      }
      std::this_thread::yield();  // the mistake is there without it, but rarer
    }
    replies.Ok();
  }

  Mutex mutex_;
  Table table_ GUARDED_BY(mutex_);
};

}  // namespace
}  // namespace stepkv

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(argc, argv, {.name = "mutant_torn_mset"},
                    [](Server& server) {
                      TornMsetStore store;
                      ThreadPerClient(server, [&](BlockingClient& client) {
                        ServeCommands(client, store);
                      }).Run();
                    });
}
