// What a hand-over costs: one operation sent to the thread that owns the table,
// and its answer waited for.
//   HandOver/STORE/real_time/threads:N
// And what the channel alone costs, one way:
//   Channel/capacity:N
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "bench/micro/in_process.h"
#include "bench/micro/stores.h"
#include "steps/03_store_thread/channel.h"
#include "steps/03_store_thread/store_thread.h"
#include "steps/04_mutex_store/mutex_store.h"

namespace stepkv::bench {
namespace {

template <typename S>
void HandOver(benchmark::State& state) {
  constexpr int kWritePercent = 50;
  static std::unique_ptr<S> store;
  RunOnStore<S>(
      state, store, [] { return std::make_unique<S>(); }, kWritePercent, 0);
}

BENCHMARK(HandOver<StoreThread>)
    ->Name("HandOver/channel")
    ->ThreadRange(1, 64)
    ->UseRealTime();
BENCHMARK(HandOver<PromiseStore>)
    ->Name("HandOver/queue_and_promise")
    ->ThreadRange(1, 64)
    ->UseRealTime();
BENCHMARK(HandOver<MutexStore>)  // no hand-over
    ->Name("HandOver/mutex")
    ->ThreadRange(1, 64)
    ->UseRealTime();

void SendAndReceive(benchmark::State& state) {
  Channel<std::int64_t> channel(static_cast<std::size_t>(state.range(0)));
  std::int64_t sum = 0;
  std::thread receiver([&] {
    std::vector<std::int64_t> values;
    while (channel.ReceiveAll(values)) {
      for (std::int64_t value : values) sum += value;
    }
  });
  ProcessCost cost;
  for (auto _ : state) channel.Send(1);
  channel.Close();
  receiver.join();
  cost.Report(state);
  state.SetItemsProcessed(state.iterations());
  if (sum != state.iterations()) state.SkipWithError("values were lost");
}

BENCHMARK(SendAndReceive)
    ->Name("Channel")
    ->ArgName("capacity")
    ->Arg(1)
    ->Arg(16)
    ->Arg(1024)
    ->UseRealTime();

}  // namespace
}  // namespace stepkv::bench
