// Lab 03: a bare map shared by threads
// Mistake:   every client's thread calls the table itself, with no lock and no
//            channel.
// Watch:     two threads change one std::string, or move the nodes of one
//            std::unordered_map, at the same time: updates are lost, and now
//            and then the process dies. It is undefined behaviour even when
//            nothing seems to be wrong.
// Caught by: the experiment `incr`; ThreadSanitizer, which names both threads.
// Try:       ./run experiment incr 03 --lab bare_map
#include "common/serve_commands.h"
#include "common/server_main.h"
#include "common/table.h"
#include "steps/02_thread_per_client/thread_per_client.h"

namespace stepkv {
namespace {

class BareMap {
 public:
  void Execute(const Command& command, ReplyWriter& replies) {
    table_.Apply(command, replies);
  }

 private:
  Table table_;
};

}  // namespace
}  // namespace stepkv

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(argc, argv, {.name = "lab_03_bare_map"},
                    [](Server& server) {
                      BareMap store;
                      ThreadPerClient(server, [&](BlockingClient& client) {
                        ServeCommands(client, store);
                      }).Run();
                    });
}
