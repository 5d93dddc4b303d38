// Step 05: a mutex for each shard
// Question:    why should clients that use different keys wait for each other?
// From 04:     many tables with a mutex each, and every key belongs to one; a
//              command on several keys locks their shards in order.
// Still wrong: a thread for each client, its stack and its switches; and keys
//              that everybody wants share one shard.
// Needs:       a hash, and an order in which to lock.
// Run:         ./run 05 3000
// Try:         ./run experiment stall 05
#include "common/serve_commands.h"
#include "common/server_main.h"
#include "steps/02_thread_per_client/thread_per_client.h"
#include "steps/05_sharded_store/sharded_store.h"

int main(int argc, char** argv) {
  using namespace stepkv;
  constexpr int kDefaultShards = 64;
  return ServerMain(
      argc, argv,
      {.name = "05_sharded_store", .default_shards = kDefaultShards},
      [](Server& server) {
        ShardedStore store(static_cast<std::size_t>(server.options.shards));
        ThreadPerClient(server, [&](BlockingClient& client) {
          ServeCommands(client, store);
        }).Run();
      });
}
