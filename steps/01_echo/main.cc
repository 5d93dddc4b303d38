// Step 01: one client at a time
// Question:    what does a server do for its second client while it serves
//              the first?
// From 00:     nothing came before: accept, read a line, write it back.
// Still wrong: the second client waits until the first one leaves, however
//              silent the first one is.
// Needs:       nothing but sockets.
// Run:         ./run 01 3000
// Try:         nc localhost 3000, in two terminals at once.
#include <new>
#include <optional>
#include <utility>

#include "common/blocking_client.h"
#include "common/log.h"
#include "common/server_main.h"
#include "steps/01_echo/echo.h"

namespace stepkv {
namespace {

void ServeOneAtATime(Server& server) {
  while (std::optional<Descriptor> socket = server.listener.Accept()) {
    try {
      // Nobody else is here to wake us: this thread polls for the stop too.
      BlockingClient client(std::move(*socket), server.options,
                            BlockingClient::StopBy::kPoll);
      ServeEcho(client);
    } catch (const std::bad_alloc& error) {  // ends this client alone
      LogError(error.what());
    }
  }
}

}  // namespace
}  // namespace stepkv

int main(int argc, char** argv) {
  return stepkv::ServerMain(argc, argv, {.name = "01_echo"},
                            stepkv::ServeOneAtATime);
}
