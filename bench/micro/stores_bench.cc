// Every way to share a table, side by side and without a socket, which would
// hide what a lock costs:
//   Stores/STORE/writes:PERCENT/keys:uniform|zipf/real_time/threads:N
#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <string>

#include "bench/micro/in_process.h"
#include "bench/micro/stores.h"
#include "steps/03_store_thread/store_thread.h"
#include "steps/04_mutex_store/mutex_store.h"
#include "steps/05_sharded_store/sharded_store.h"

namespace stepkv::bench {
namespace {

constexpr std::size_t kShards = 64;

template <typename S>
void Register(const std::string& name, std::unique_ptr<S> (*make)()) {
  for (bool zipf : {false, true}) {
    for (int writes : {0, 5, 50, 100}) {
      auto store = std::make_shared<std::unique_ptr<S>>();
      std::string full = "Stores/" + name +
                         "/writes:" + std::to_string(writes) +
                         "/keys:" + (zipf ? "zipf" : "uniform");
      benchmark::RegisterBenchmark(full.c_str(),
                                   [=](benchmark::State& state) {
                                     RunOnStore<S>(state, *store, make, writes,
                                                   zipf ? kZipfExponent : 0);
                                   })
          ->ThreadRange(1, 8)
          ->UseRealTime();
    }
  }
}

[[maybe_unused]] const bool kRegistered = [] {
  Register<StoreThread>("channel",
                        [] { return std::make_unique<StoreThread>(); });
  Register<MutexStore>("mutex", [] { return std::make_unique<MutexStore>(); });
  Register<ReaderWriterStore>(
      "reader_writer", [] { return std::make_unique<ReaderWriterStore>(); });
  Register<ShardedStore>(
      "sharded", [] { return std::make_unique<ShardedStore>(kShards); });
  Register<UnpaddedStore>(
      "unpadded", [] { return std::make_unique<UnpaddedStore>(kShards); });
  return true;
}();

}  // namespace
}  // namespace stepkv::bench
