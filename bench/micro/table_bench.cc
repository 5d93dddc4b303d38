// Commands on a table of 10,000 keys, with nobody else there: what is left
// when sockets, threads and locks are taken away.
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "bench/micro/cost.h"
#include "bench/micro/requests.h"
#include "common/command.h"
#include "common/table.h"

namespace stepkv::bench {
namespace {

struct TableStore {
  void Execute(const Command& command, ReplyWriter& replies) {
    table.Apply(command, replies);
  }
  Table table;
};

void Apply(benchmark::State& state, const std::vector<std::string_view>& words,
           bool key_varies) {
  TableStore store;
  FillStore(store);
  std::vector<std::vector<std::string_view>> requests(kKeys, words);
  KeyPicker picker(kKeys, 0, 1);
  for (auto& request : requests) {
    if (key_varies) request[1] = Keys()[picker.Next()];
  }
  const CommandSpec* spec = FindCommand(words[0]);
  ByteBuffer out;
  std::size_t i = 0;
  AllocationCost allocations;
  for (auto _ : state) {
    ReplyWriter replies(out, Dialect::kResp2);
    store.Execute(Command{spec, requests[i++ % kKeys]}, replies);
    out.Clear();
  }
  allocations.Report(state, static_cast<double>(state.iterations()));
  state.SetItemsProcessed(state.iterations());
}

void Register(const char* name, std::vector<std::string_view> words,
              bool key_varies) {
  benchmark::RegisterBenchmark(
      name, [words = std::move(words), key_varies](benchmark::State& state) {
        Apply(state, words, key_varies);
      });
}

[[maybe_unused]] const bool kRegistered = [] {
  Register("Table/get", {"GET", ""}, true);
  Register("Table/get_missing", {"GET", "none"}, false);
  Register("Table/set", {"SET", "", kValue}, true);
  Register("Table/set_nx", {"SET", "", kValue, "NX"}, true);
  Register("Table/incr", {"INCR", "counter"}, false);
  Register("Table/exists", {"EXISTS", ""}, true);
  Register("Table/strlen", {"STRLEN", ""}, true);
  Register(
      "Table/mget/keys:10",
      {"MGET", "", "key:000001", "key:000002", "key:000003", "key:000004",
       "key:000005", "key:000006", "key:000007", "key:000008", "key:000009"},
      true);
  Register("Table/mset/keys:2", {"MSET", "", kValue, "key:000001", kValue},
           true);
  return true;
}();

void Lookup(benchmark::State& state, std::string_view name) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(name);
    benchmark::DoNotOptimize(FindCommand(name));
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(Lookup, get, "GET")->Name("Lookup/get");
BENCHMARK_CAPTURE(Lookup, strlen, "STRLEN")->Name("Lookup/strlen");
BENCHMARK_CAPTURE(Lookup, unknown, "SUNION")->Name("Lookup/unknown");

}  // namespace
}  // namespace stepkv::bench
