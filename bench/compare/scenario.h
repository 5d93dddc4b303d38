// The questions that are put to every contestant.
#ifndef STEPKV_BENCH_COMPARE_SCENARIO_H_
#define STEPKV_BENCH_COMPARE_SCENARIO_H_

#include <string>
#include <vector>

#include "bench/compare/contestant.h"
#include "bench/compare/workload.h"

namespace stepkv::bench {

struct Scenario {
  std::string name;
  std::string question;  // one line, for people
  Workload workload;     // its protocol is chosen by the contestant
  bool needs_store = false;
  bool lines = false;  // in the line dialect; steps and the Go peer only
  bool reports_memory = false;
  int window_factor = 1;  // of the usual window: where a turn takes long
  // Open loop at these shares of the contestant's own capacity; empty: closed.
  std::vector<int> load_percent;
};

// In the order of docs/benchmarks.md.
std::vector<Scenario> AllScenarios();

// Whether the contestant can be asked that.
bool Fits(const Scenario& scenario, const Contestant& contestant);

// The scenario's workload in the contestant's protocol.
Workload WorkloadFor(const Scenario& scenario, const Contestant& contestant);

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_SCENARIO_H_
