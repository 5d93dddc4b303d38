// Step 04: one mutex
// Question:    do clients have to hand their commands to another thread?
// From 03:     the channel and the thread behind it are gone; each client's
//              own thread runs the command while it holds the mutex.
// Still wrong: one client at a time touches the data, whatever its key: a
//              slow command holds up the others, and a second core adds
//              nothing.
// Needs:       std::mutex.
// Run:         ./run 04 3000
// Try:         ./run experiment stall 04
#include "common/serve_commands.h"
#include "common/server_main.h"
#include "steps/02_thread_per_client/thread_per_client.h"
#include "steps/04_mutex_store/mutex_store.h"

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(argc, argv, {.name = "04_mutex_store"}, [](Server& server) {
    MutexStore store;
    ThreadPerClient(server, [&](BlockingClient& client) {
      ServeCommands(client, store);
    }).Run();
  });
}
