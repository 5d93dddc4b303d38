// One contestant under one workload: start it, load it, read its counters.
#ifndef STEPKV_BENCH_COMPARE_MEASUREMENT_H_
#define STEPKV_BENCH_COMPARE_MEASUREMENT_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "bench/compare/contestant.h"
#include "bench/compare/workload.h"

namespace stepkv::bench {

struct MeasurementPlan {
  std::chrono::nanoseconds warm_up{std::chrono::milliseconds(100)};
  std::chrono::nanoseconds window{std::chrono::milliseconds(500)};
  std::chrono::nanoseconds counting{std::chrono::milliseconds(100)};
  bool count_syscalls = true;
  bool read_memory = false;
};

struct Measurement {
  double seconds = 0;          // the window's length
  std::uint64_t answered = 0;  // in the window
  std::string syscall_means = "none";
  // By the names in docs/benchmarks.md; what could not be had is left out.
  std::map<std::string, double> figures;
};

// Throws Failure on a wrong reply, a lost connection or a server that ended,
// std::runtime_error when the server does not start.
Measurement Measure(const Contestant& contestant, const Workload& workload,
                    const MeasurementPlan& plan);

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_MEASUREMENT_H_
