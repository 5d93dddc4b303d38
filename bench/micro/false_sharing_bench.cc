// Threads that share nothing but a cache line: each has a counter, or a lock,
// of its own, side by side or on lines of their own.
//   FalseSharing/counters|locks/side_by_side|padded/real_time/threads:N
#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace stepkv::bench {
namespace {

constexpr std::size_t kMaxThreads = 8;

struct Counter {
  void Use() { value.fetch_add(1, std::memory_order_relaxed); }
  std::atomic<std::uint64_t> value{0};
};

struct Locked {
  void Use() {
    std::lock_guard lock(mutex);
    benchmark::DoNotOptimize(++value);
  }
  std::mutex mutex;
  std::uint64_t value = 0;
};

template <typename T>
struct alignas(128) Padded : T {};

template <typename T>
void UseOwn(benchmark::State& state) {
  alignas(128) static std::array<T, kMaxThreads> all;
  T& own = all[static_cast<std::size_t>(state.thread_index())];
  for (auto _ : state) own.Use();
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(UseOwn<Counter>)
    ->Name("FalseSharing/counters/side_by_side")
    ->ThreadRange(1, kMaxThreads)
    ->UseRealTime();
BENCHMARK(UseOwn<Padded<Counter>>)
    ->Name("FalseSharing/counters/padded")
    ->ThreadRange(1, kMaxThreads)
    ->UseRealTime();
BENCHMARK(UseOwn<Locked>)
    ->Name("FalseSharing/locks/side_by_side")
    ->ThreadRange(1, kMaxThreads)
    ->UseRealTime();
BENCHMARK(UseOwn<Padded<Locked>>)
    ->Name("FalseSharing/locks/padded")
    ->ThreadRange(1, kMaxThreads)
    ->UseRealTime();

}  // namespace
}  // namespace stepkv::bench
