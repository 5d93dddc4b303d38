// Step 07: an event loop on every core
// Question:    how does an event loop use more than one core?
// From 06:     the same loop runs on several threads, each with a listener of
//              its own on one port; their common data is step 05's shards.
// Still wrong: locks again: loops wait for each other at a shard that
//              everybody wants, and a client stays with the loop it was given,
//              however busy that one is.
// Needs:       SO_REUSEPORT.
// Run:         ./run 07 3000
// Try:         ./run experiment balance 07
#include <algorithm>
#include <thread>

#include "common/server_main.h"
#include "steps/05_sharded_store/sharded_store.h"
#include "steps/07_loop_per_core/loop_threads.h"

int main(int argc, char** argv) {
  using namespace stepkv;
  const int cores =
      std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return ServerMain(
      argc, argv,
      {.name = "07_loop_per_core",
       .default_threads = cores,
       .default_shards = 64,
       .shared_port = true},
      [](Server& server) {
        ShardedStore store(static_cast<std::size_t>(server.options.shards));
        RunLoops(server, [&](Session& session, RequestParser& requests,
                             ByteBuffer& output) {
          return session.Run(requests, store, output, kTurnRequests);
        });
      });
}
