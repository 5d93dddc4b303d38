// Step 03: one thread owns the data
// Question:    how do clients share data without touching it at once?
// From 02:     lines become commands; the table belongs to one thread, and
//              the others reach it through a channel. Go's way: share memory
//              by communicating.
// Still wrong: every command is two hand-overs between threads, and one slow
//              command holds up all the others.
// Needs:       a channel, which the standard library lacks.
// Run:         ./run 03 3000
// Try:         nc localhost 3000, then SET name Ada and GET name.
#include "common/serve_commands.h"
#include "common/server_main.h"
#include "steps/02_thread_per_client/thread_per_client.h"
#include "steps/03_store_thread/store_thread.h"

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(argc, argv, {.name = "03_store_thread"},
                    [](Server& server) {
                      StoreThread store;
                      ThreadPerClient(server, [&](BlockingClient& client) {
                        ServeCommands(client, store);
                      }).Run();
                    });
}
