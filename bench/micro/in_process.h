// Runs commands on a store in as many threads as the benchmark has.
#ifndef STEPKV_BENCH_MICRO_IN_PROCESS_H_
#define STEPKV_BENCH_MICRO_IN_PROCESS_H_

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <optional>

#include "bench/micro/cost.h"
#include "bench/micro/requests.h"

namespace stepkv::bench {

// Called by every thread of the benchmark. `store` is theirs in common: the
// first makes it and fills it, before the loop, which all of them enter
// together, and takes it away behind the loop, which they leave together.
template <typename S>
void RunOnStore(benchmark::State& state, std::unique_ptr<S>& store,
                const std::function<std::unique_ptr<S>()>& make,
                int write_percent, double zipf_exponent) {
  bool first = state.thread_index() == 0;
  if (first) {
    store = make();
    FillStore(*store);
  }
  CommandMix mix(write_percent, zipf_exponent,
                 static_cast<std::uint64_t>(state.thread_index()) + 1);
  ByteBuffer out;
  std::optional<ProcessCost> cost;
  if (first) cost.emplace();
  for (auto _ : state) {
    ReplyWriter replies(out, Dialect::kResp2);
    store->Execute(mix.Next(), replies);
    out.Clear();
  }
  state.SetItemsProcessed(state.iterations());
  if (!first) return;
  cost->Report(state);
  store.reset();
}

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_MICRO_IN_PROCESS_H_
