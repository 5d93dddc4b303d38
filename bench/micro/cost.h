// What a benchmark costs beyond time: allocations, processor time and switches
// of threads, for each operation.
#ifndef STEPKV_BENCH_MICRO_COST_H_
#define STEPKV_BENCH_MICRO_COST_H_

#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <time.h>

#include <cstddef>

#include "tests/unit/allocation.h"

namespace stepkv::bench {

// Counts what the calling thread allocates from here on.
class AllocationCost {
 public:
  void Report(benchmark::State& state, double operations) const {
    auto count = stepkv::testing::AllocationsOfThisThread() - before_;
    state.counters["allocations_per_request"] =
        static_cast<double>(count) / operations;
  }

 private:
  const std::size_t before_ = stepkv::testing::AllocationsOfThisThread();
};

// What the whole process spends from here on. To be used by one thread of a
// benchmark that has several: it speaks for all of them.
class ProcessCost {
 public:
  void Report(benchmark::State& state) const {
    auto operations = static_cast<double>(state.iterations()) *
                      static_cast<double>(state.threads());
    state.counters["cpu_ns_per_op"] = (CpuNs() - cpu_ns_) / operations;
    state.counters["switches_per_op"] = (Switches() - switches_) / operations;
  }

 private:
  static double CpuNs() {
    timespec spent{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) * 1e9 +
           static_cast<double>(spent.tv_nsec);
  }
  static double Switches() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_nvcsw + usage.ru_nivcsw);
  }

  const double cpu_ns_ = CpuNs();
  const double switches_ = Switches();
};

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_MICRO_COST_H_
