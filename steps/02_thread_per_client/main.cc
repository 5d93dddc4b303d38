// Step 02: a thread for each client
// Question:    how can two clients be served at once?
// From 01:     each accepted client gets a thread of its own, which runs the
//              same loop as before.
// Still wrong: every client costs a stack and a switch of threads for each
//              request; and clients have nothing in common yet.
// Needs:       std::thread, std::mutex.
// Run:         ./run 02 3000
// Try:         nc localhost 3000, in two terminals at once.
#include "common/server_main.h"
#include "steps/01_echo/echo.h"
#include "steps/02_thread_per_client/thread_per_client.h"

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(
      argc, argv, {.name = "02_thread_per_client"},
      [](Server& server) { ThreadPerClient(server, ServeEcho).Run(); });
}
