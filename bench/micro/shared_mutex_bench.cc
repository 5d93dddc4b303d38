// When do shared locks for readers pay? A reader of std::shared_mutex writes
// the count of readers, so two readers still pass one cache line to and fro:
// when they hold it briefly, that is all they do.
//   SharedMutex/KIND/reads:PERCENT/section:short|long/real_time/threads:N
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <numeric>
#include <shared_mutex>
#include <string>

#include "bench/compare/key_picker.h"

namespace stepkv::bench {
namespace {

// Short: about as long as a GET's look at a table in the cache. Long: as an
// MGET of some dozens of keys.
constexpr std::size_t kShortWords = 16;
constexpr std::size_t kLongWords = 4096;

template <typename Mutex, typename ReadLock>
struct Guarded {
  Mutex mutex;
  std::array<std::uint64_t, kLongWords> words{};

  std::uint64_t Read(std::size_t count) {
    ReadLock lock(mutex);
    return std::accumulate(words.begin(), words.begin() + count,
                           std::uint64_t{0});
  }
  void Write(std::size_t count) {
    std::unique_lock lock(mutex);
    for (std::size_t i = 0; i < count; ++i) ++words[i];
  }
};

using Exclusive = Guarded<std::mutex, std::unique_lock<std::mutex>>;
using Shared = Guarded<std::shared_mutex, std::shared_lock<std::shared_mutex>>;

template <typename G>
void ReadAndWrite(benchmark::State& state, std::size_t read_percent,
                  std::size_t words) {
  static G guarded;
  Random random(static_cast<std::uint64_t>(state.thread_index()) + 1);
  for (auto _ : state) {
    if (random.NextBelow(100) < read_percent) {
      benchmark::DoNotOptimize(guarded.Read(words));
    } else {
      guarded.Write(words);
    }
  }
  state.SetItemsProcessed(state.iterations());
}

template <typename G>
void Register(const std::string& kind) {
  for (bool is_long : {false, true}) {
    for (std::size_t reads : {0u, 50u, 90u, 99u, 100u}) {
      std::string name = "SharedMutex/" + kind +
                         "/reads:" + std::to_string(reads) +
                         "/section:" + (is_long ? "long" : "short");
      benchmark::RegisterBenchmark(
          name.c_str(),
          [=](benchmark::State& state) {
            ReadAndWrite<G>(state, reads, is_long ? kLongWords : kShortWords);
          })
          ->ThreadRange(1, 8)
          ->UseRealTime();
    }
  }
}

[[maybe_unused]] const bool kRegistered = [] {
  Register<Exclusive>("mutex");
  Register<Shared>("shared_mutex");
  return true;
}();

}  // namespace
}  // namespace stepkv::bench
