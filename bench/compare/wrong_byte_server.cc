// Step 04, with one fault: of all the bytes it ever sends, one is wrong. A run
// against it must fail; bench.wrong_byte sees that it does.
#include <atomic>
#include <cstddef>

#include "common/blocking_client.h"
#include "common/server_main.h"
#include "common/session.h"
#include "steps/02_thread_per_client/thread_per_client.h"
#include "steps/04_mutex_store/mutex_store.h"

namespace stepkv {
namespace {

// Past the replies to all the SETs that fill the store.
constexpr std::size_t kWrongByte = 100'000;

void FlipOneByte(std::atomic<std::size_t>& sent, ByteBuffer& output) {
  std::size_t before = sent.fetch_add(output.size());
  if (before <= kWrongByte && kWrongByte < before + output.size()) {
    output.Readable()[kWrongByte - before] ^= 1;
  }
}

void ServeWithOneFault(BlockingClient& client, MutexStore& store,
                       std::atomic<std::size_t>& sent) {
  Session session(client.options());
  for (;;) {
    auto progress = session.Run(client.parser, store, client.output);
    FlipOneByte(sent, client.output);
    if (!client.Flush() || progress == Session::Progress::kClosing) return;
    if (progress == Session::Progress::kNeedsInput && !client.Fill()) return;
  }
}

}  // namespace
}  // namespace stepkv

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(argc, argv, {.name = "wrong_byte"}, [](Server& server) {
    MutexStore store;
    std::atomic<std::size_t> sent{0};
    ThreadPerClient(server, [&](BlockingClient& client) {
      ServeWithOneFault(client, store, sent);
    }).Run();
  });
}
