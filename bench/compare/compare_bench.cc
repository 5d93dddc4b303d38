// Every scenario against every contestant, as Google Benchmark runs them:
//
//   compare_bench --benchmark_filter='^clients_50/' --benchmark_repetitions=3
//
// One iteration is one trial: a server started, loaded for a window of
// --seconds, and stopped. `bench/run_bench` calls this program once for each
// trial so that contestants take turns; see docs/benchmarks.md.
//
// A wrong reply ends the run with exit code 1.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "bench/compare/contestant.h"
#include "bench/compare/corpus.h"
#include "bench/compare/histogram.h"
#include "bench/compare/key_picker.h"
#include "bench/compare/load_generator.h"
#include "bench/compare/measurement.h"
#include "bench/compare/scenario.h"

namespace stepkv::bench {
namespace {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;

struct Settings {
  MeasurementPlan plan;
  int threads = 1;
  int most_clients = std::numeric_limits<int>::max();
  std::vector<Contestant> extra;
  bool list_scenarios = false;
};

constexpr char kUsage[] =
    "compare_bench [--benchmark_...] [--seconds=S] [--warm_up=S] [--quick]\n"
    "              [--threads=N] [--no_syscalls] [--most_clients=N]\n"
    "              [--scenarios] [--contestant=NAME=KIND:PATH]...\n";

// A wrong answer makes every later figure worthless: nothing more is run.
bool g_failed = false;

nanoseconds Seconds(const std::string& text) {
  return duration_cast<nanoseconds>(
      std::chrono::duration<double>(std::strtod(text.c_str(), nullptr)));
}

// False: not an option of ours.
bool TakeOption(const std::string& option, Settings& settings) {
  std::size_t equals = option.find('=');
  std::string name = option.substr(0, equals);
  std::string value =
      equals == std::string::npos ? "" : option.substr(equals + 1);
  if (name == "--seconds") {
    settings.plan.window = Seconds(value);
  } else if (name == "--warm_up") {
    settings.plan.warm_up = Seconds(value);
  } else if (name == "--quick") {
    settings.plan.window = std::chrono::milliseconds(60);
    settings.plan.warm_up = settings.plan.counting =
        std::chrono::milliseconds(20);
  } else if (name == "--threads") {
    settings.threads = std::atoi(value.c_str());
  } else if (name == "--most_clients") {
    settings.most_clients = std::atoi(value.c_str());
  } else if (name == "--no_syscalls") {
    settings.plan.count_syscalls = false;
  } else if (name == "--scenarios") {
    settings.list_scenarios = true;
  } else if (name == "--contestant") {
    settings.extra.push_back(ParseContestant(value));
  } else {
    return false;
  }
  return true;
}

void Fill(benchmark::State& state, const Measurement& measurement) {
  state.SetIterationTime(measurement.seconds);
  state.SetItemsProcessed(static_cast<std::int64_t>(measurement.answered));
  state.SetLabel("syscalls by " + measurement.syscall_means);
  for (const auto& [name, value] : measurement.figures) {
    state.counters[name] = value;
  }
}

// What the contestant answers when each client asks as soon as it can: what
// the open loop's percentages are of. Measured once a process.
double Capacity(const Contestant& contestant, Workload workload,
                MeasurementPlan plan) {
  static std::map<std::string, double> known;
  double& capacity = known[contestant.name];
  if (capacity == 0) {
    plan.count_syscalls = false;
    workload.requests_per_second = 0;
    capacity =
        Measure(contestant, workload, plan).figures.at("requests_per_second");
  }
  return capacity;
}

void RunTrial(benchmark::State& state, const Scenario& scenario,
              const Contestant& contestant, const Settings& settings) {
  MeasurementPlan plan = settings.plan;
  plan.read_memory = scenario.reports_memory;
  plan.window *= scenario.window_factor;
  Workload workload = WorkloadFor(scenario, contestant);
  workload.threads = settings.threads;
  try {
    for (auto _ : state) {
      if (g_failed) throw Failure("not run, after an earlier failure");
      if (!scenario.load_percent.empty()) {
        double capacity = Capacity(contestant, workload, plan);
        workload.requests_per_second =
            capacity * static_cast<double>(state.range(0)) / 100;
        state.counters["capacity_per_second"] = capacity;
      }
      Fill(state, Measure(contestant, workload, plan));
    }
  } catch (const std::exception& failure) {
    g_failed = true;
    std::fprintf(stderr, "FAILED %s/%s: %s\n", scenario.name.c_str(),
                 contestant.name.c_str(), failure.what());
    state.SkipWithError(failure.what());
  }
}

void Register(const Scenario& scenario, const Contestant& contestant,
              const Settings& settings) {
  auto* trial = benchmark::RegisterBenchmark(
      (scenario.name + "/" + contestant.name).c_str(),
      [scenario, contestant, &settings](benchmark::State& state) {
        RunTrial(state, scenario, contestant, settings);
      });
  trial->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);
  if (scenario.load_percent.empty()) return;
  trial->ArgName("load");
  for (int percent : scenario.load_percent) trial->Arg(percent);
}

// The server as a function call: what the generator's own work costs when
// there is neither a socket nor a second process.
__attribute__((noinline)) std::string_view NullCall(const Exchange& exchange) {
  benchmark::DoNotOptimize(exchange.request.data());
  return exchange.reply;
}

void RunNullCall(benchmark::State& state) {
  Workload workload;
  Corpus corpus(Protocol::kResp, workload.keys, workload.value_bytes);
  KeyPicker keys(workload.keys, workload.zipf_exponent, workload.seed);
  Random random(workload.seed);
  Histogram latency;
  for (auto _ : state) {
    std::int64_t since = NowNanoseconds();
    std::size_t key = keys.Next();
    bool reads = random.NextShare() < workload.read_share;
    Exchange exchange = reads ? corpus.Get(key) : corpus.Set(key);
    if (NullCall(exchange) != exchange.reply) state.SkipWithError("wrong");
    latency.Record(static_cast<std::uint64_t>(NowNanoseconds() - since));
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["requests_per_second"] = benchmark::Counter(
      static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["p50_us"] = 1e-3 * static_cast<double>(latency.Quantile(0.5));
  state.counters["p99_us"] = 1e-3 * static_cast<double>(latency.Quantile(0.99));
}

void RegisterScenario(const Scenario& scenario,
                      const std::vector<Contestant>& contestants,
                      const Settings& settings) {
  for (const Contestant& contestant : contestants) {
    if (Fits(scenario, contestant)) Register(scenario, contestant, settings);
  }
}

// Descriptors that a trial needs: a socket and a counter for each client, and
// a few.
std::uint64_t DescriptorsFor(const Workload& workload) {
  int clients =
      workload.clients + workload.idle_clients + workload.slow_clients;
  return 2 * static_cast<std::uint64_t>(clients) + 100;
}

void RegisterAll(const Settings& settings) {
  Contestants contestants = FindContestants();
  for (const Contestant& extra : settings.extra) {
    contestants.present.push_back(extra);
  }
  std::uint64_t descriptors = AllowManyDescriptors();
  for (const Scenario& scenario : AllScenarios()) {
    if (scenario.workload.clients > settings.most_clients) continue;
    if (DescriptorsFor(scenario.workload) > descriptors) {
      contestants.missing.push_back(scenario.name +
                                    ": needs more descriptors (ulimit -n)");
      continue;
    }
    RegisterScenario(scenario, contestants.present, settings);
  }
  benchmark::RegisterBenchmark("null_call/in_process", RunNullCall);
  std::string missing;
  for (const std::string& what : contestants.missing) {
    missing += (missing.empty() ? "" : "; ") + what;
  }
  benchmark::AddCustomContext("missing", missing.empty() ? "none" : missing);
  benchmark::AddCustomContext("compiler", STEPKV_COMPILER);
  benchmark::AddCustomContext("build_type", STEPKV_BUILD_TYPE);
}

void PrintScenarios() {
  for (const Scenario& scenario : AllScenarios()) {
    std::printf("%s\t%s\n", scenario.name.c_str(), scenario.question.c_str());
  }
  std::printf("null_call\tWhat is the generator's own work, per request?\n");
}

int Main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    if (!TakeOption(argv[i], settings)) {
      std::fprintf(stderr, "compare_bench: no such option: %s\n%s", argv[i],
                   kUsage);
      return 2;
    }
  }
  if (settings.list_scenarios) {
    PrintScenarios();
    return 0;
  }
  RegisterAll(settings);
  if (benchmark::RunSpecifiedBenchmarks() == 0) return 2;  // filter fits none
  return g_failed ? 1 : 0;
}

}  // namespace
}  // namespace stepkv::bench

int main(int argc, char** argv) try {
  return stepkv::bench::Main(argc, argv);
} catch (const std::exception& error) {
  std::fprintf(stderr, "compare_bench: %s\n", error.what());
  return 2;
}
