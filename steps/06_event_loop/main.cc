// Step 06: one thread, an event loop
// Question:    can one thread serve every client, if it never waits for one?
// From 05:     the threads are gone, and the locks with them: the sockets do
//              not block, epoll says which is ready, and the table is called
//              directly.
// Still wrong: one core is the ceiling, and one slow command stops everybody.
// Needs:       non-blocking sockets, epoll.
// Run:         ./run 06 3000
// Try:         ./run experiment crowd 06
#include <atomic>

#include "common/server_main.h"
#include "common/table.h"
#include "steps/06_event_loop/event_loop.h"

namespace stepkv {
namespace {

// The loop's thread is the only one there is.
class OwnTable {
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
  return ServerMain(argc, argv, {.name = "06_event_loop"}, [](Server& server) {
    OwnTable store;
    std::atomic<int> clients{0};
    auto run = [&](Session& session, RequestParser& requests,
                   ByteBuffer& output) {
      return session.Run(requests, store, output, kTurnRequests);
    };
    EventLoop(server.options, server.listener, run, clients).Run();
  });
}
