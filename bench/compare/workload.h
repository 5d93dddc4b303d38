// What the load generator asks of a server, and how.
#ifndef STEPKV_BENCH_COMPARE_WORKLOAD_H_
#define STEPKV_BENCH_COMPARE_WORKLOAD_H_

#include <cstddef>
#include <cstdint>

namespace stepkv::bench {

// How the server is spoken to, and so what it must answer.
enum class Protocol {
  kEcho,       // every line comes back as it was (steps 01 and 02, the floor)
  kLine,       // SET k v, GET k; a line each way
  kResp,       // Redis's protocol, version 2
  kMemcached,  // memcached's text protocol
};

struct Workload {
  Protocol protocol = Protocol::kResp;

  int clients = 1;       // busy connections
  int idle_clients = 0;  // connected, one request each, then silent
  int slow_clients = 0;  // ask for much and read little of it at a time
  int depth = 1;         // requests sent at once; answered before the next ones

  double read_share = 0.95;  // GETs; the rest are SETs
  std::size_t keys = 10000;  // all are set before the load starts
  double zipf_exponent = 0;  // 0: uniform
  std::size_t value_bytes = 64;

  // 0: closed loop, each client asks again when it has been answered.
  // Otherwise open loop: requests leave at this rate whatever the server does,
  // and latency counts from the time at which each was due.
  double requests_per_second = 0;

  int threads = 1;  // of the generator; each has its share of the clients
  std::uint64_t seed = 1;
};

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_WORKLOAD_H_
