// Who is measured: every step, and the peers that this machine has.
#ifndef STEPKV_BENCH_COMPARE_CONTESTANT_H_
#define STEPKV_BENCH_COMPARE_CONTESTANT_H_

#include <functional>
#include <string>
#include <vector>

#include "bench/compare/workload.h"
#include "tests/support/server_process.h"

namespace stepkv::bench {

struct Contestant {
  std::string name;
  bool is_step = false;
  bool stores = false;      // knows GET and SET; otherwise it echoes lines
  bool concurrent = false;  // serves more than one client at a time
  Protocol protocol = Protocol::kResp;
  // Starts it on a free port; throws std::runtime_error when it does not.
  std::function<testing::ServerProcess()> start;
};

struct Contestants {
  std::vector<Contestant> present;
  std::vector<std::string> missing;  // "memcached: not found in PATH"
};

// The steps of this build, redis-server, memcached, the Go peer, the floor.
Contestants FindContestants();

// A server of the reader's own, from NAME=KIND:PATH with KIND echo, line, resp
// or memcached. It is started as a step is: `PATH --port 0`, and must print
// `Serving 127.0.0.1:PORT`. Throws std::runtime_error on anything else.
Contestant ParseContestant(const std::string& text);

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_CONTESTANT_H_
