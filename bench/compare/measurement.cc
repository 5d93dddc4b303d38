#include "bench/compare/measurement.h"

#include <signal.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>

#include "bench/compare/load_generator.h"
#include "bench/compare/server_counters.h"
#include "bench/compare/syscall_counter.h"

namespace stepkv::bench {
namespace {

// From here on a core counts as fully used: the rest is the scheduler's.
constexpr double kFullCore = 0.9;
constexpr double kKernelStackBytes = 16 * 1024;  // THREAD_SIZE, x86-64, arm64
constexpr std::chrono::seconds kStopPatience{5};
constexpr std::chrono::nanoseconds kLongestWarmUp{std::chrono::seconds(3)};

// What is read at the edges of the window. The threads are read outside of
// it, since reading thousands of them takes a while.
struct Edge {
  ThreadReading threads;
  std::uint64_t answered_near_threads = 0;
  double server_cpu = 0;
  double machine_busy = 0;
};

class Trial {
 public:
  Trial(const Contestant& contestant, const Workload& workload,
        const MeasurementPlan& plan)
      : server_(contestant.start()),
        workload_(workload),
        plan_(plan),
        load_(std::make_unique<LoadGenerator>(workload, server_.port())) {}

  Measurement Run() {
    try {
      Connect();
      load_->Start();
      WarmUp();
      if (plan_.count_syscalls) CountSyscalls();
      MeasureWindow();
      Report(load_->Stop());
    } catch (const Failure& failure) {
      ExplainAndThrow(failure);
    }
    Finish();
    return measurement_;
  }

 private:
  void Connect() {
    load_->ConnectFirst();
    MemoryReading one = ReadMemory(server_.pid());
    load_->ConnectRest();
    if (!plan_.read_memory || load_->connections() == 1) return;
    MemoryReading all = ReadMemory(server_.pid());
    double more = load_->connections() - 1;
    Figure("memory_bytes_per_connection",
           (all.resident_bytes - one.resident_bytes) / more);
    Figure("kernel_bytes_per_connection",
           (all.page_table_bytes - one.page_table_bytes +
            (all.threads - one.threads) * kKernelStackBytes) /
               more);
  }

  // Thousands of clients need longer than the plan's time to be served at
  // all: the window begins when each has been, twice over.
  void WarmUp() {
    load_->Run(plan_.warm_up);
    auto wanted = 2 * static_cast<std::uint64_t>(workload_.clients);
    std::int64_t latest = NowNanoseconds() + kLongestWarmUp.count();
    while (workload_.requests_per_second == 0 && load_->Answered() < wanted &&
           NowNanoseconds() < latest) {
      load_->Run(std::chrono::milliseconds(5));
    }
  }

  void CountSyscalls() {
    SyscallCounter counter(server_.pid());
    measurement_.syscall_means = counter.means();
    std::uint64_t before = load_->Answered();
    counter.Start();
    load_->Run(plan_.counting);
    std::uint64_t answered = load_->Answered() - before;
    std::optional<double> calls = counter.Stop();
    if (calls && answered > 0) {
      Figure("syscalls_per_request", *calls / static_cast<double>(answered));
    }
  }

  void MeasureWindow() {
    ReadThreadsInto(before_);
    before_.machine_busy = MachineBusySeconds();
    before_.server_cpu = ServerCpu();
    load_->BeginWindow();
    load_->Run(plan_.window);
    load_->EndWindow();
    after_.server_cpu = ServerCpu();
    after_.machine_busy = MachineBusySeconds();
    ReadThreadsInto(after_);
  }

  double ServerCpu() const {
    double seconds = 0;
    for (pid_t process : processes_) seconds += CpuSeconds(process);
    return seconds;
  }

  // The request count is taken half way through the reading.
  void ReadThreadsInto(Edge& edge) {
    processes_ = ProcessTree(server_.pid());
    std::uint64_t first = load_->Answered();
    for (pid_t process : processes_) {
      ThreadReading reading = ReadThreads(process);
      edge.threads.voluntary_switches += reading.voluntary_switches;
      edge.threads.cpu_nanoseconds.merge(reading.cpu_nanoseconds);
    }
    edge.answered_near_threads = (first + load_->Answered()) / 2;
  }

  void Report(const LoadResult& result) {
    measurement_.seconds = result.seconds;
    measurement_.answered = result.answered;
    auto answered = static_cast<double>(result.answered);
    double server = after_.server_cpu - before_.server_cpu;
    Figure("requests_per_second", answered / result.seconds);
    ReportWhoWasBusy(result, server);
    if (result.answered == 0) return;  // nothing to divide by
    Figure("p50_us", 1e-3 * static_cast<double>(result.latency.Quantile(.5)));
    Figure("p99_us", 1e-3 * static_cast<double>(result.latency.Quantile(.99)));
    Figure("p999_us",
           1e-3 * static_cast<double>(result.latency.Quantile(.999)));
    if (result.lag.count() > 0) {
      Figure("generator_lag_p99_us",
             1e-3 * static_cast<double>(result.lag.Quantile(.99)));
    }
    Figure("cpu_us_per_request", 1e6 * server / answered);
    ReportSwitches();
  }

  void ReportSwitches() {
    auto requests = static_cast<double>(std::max<std::uint64_t>(
        after_.answered_near_threads - before_.answered_near_threads, 1));
    auto switches = static_cast<double>(after_.threads.voluntary_switches -
                                        before_.threads.voluntary_switches);
    Figure("switches_per_request", switches / requests);
  }

  // The generator was the bottleneck when it had no core left to itself while
  // the server had CPU left that it could have used.
  void ReportWhoWasBusy(const LoadResult& result, double server_cpu) {
    double generator_cores = result.generator_cpu_seconds / result.seconds;
    double server_cores = server_cpu / result.seconds;
    double busiest = BusiestThreadShare(before_.threads, after_.threads);
    bool single_core = busiest > 0.95;
    double cores = std::max(1U, std::thread::hardware_concurrency());
    double usable = single_core ? 1 : std::max(1.0, cores - workload_.threads);
    bool bound = generator_cores >= kFullCore * workload_.threads &&
                 server_cores < kFullCore * usable;
    double busy = (after_.machine_busy - before_.machine_busy) / result.seconds;
    Figure("generator_cores", generator_cores);
    Figure("server_cores", server_cores);
    Figure("other_cores", std::max(0.0, busy - generator_cores - server_cores));
    Figure("busiest_thread_share", busiest);
    Figure("generator_bound", bound ? 1 : 0);
  }

  void Figure(const std::string& name, double value) {
    measurement_.figures[name] = value;
  }

  [[noreturn]] void ExplainAndThrow(const Failure& failure) {
    std::string text = failure.what();
    if (std::optional<int> code = server_.Wait(std::chrono::milliseconds(50))) {
      text += "; the server has ended with code " + std::to_string(*code) +
              ": " + server_.Errors();
    }
    throw Failure(text);
  }

  // A server that does not stop is killed by its owner's end; other tests
  // than this judge it.
  void Finish() {
    if (!server_.Running()) {
      throw Failure("the server ended under load: " + server_.Errors());
    }
    load_.reset();
    server_.Signal(SIGTERM);
    server_.Wait(kStopPatience);
  }

  testing::ServerProcess server_;
  const Workload workload_;
  const MeasurementPlan plan_;
  std::unique_ptr<LoadGenerator> load_;
  std::vector<pid_t> processes_;
  Edge before_;
  Edge after_;
  Measurement measurement_;
};

}  // namespace

Measurement Measure(const Contestant& contestant, const Workload& workload,
                    const MeasurementPlan& plan) {
  return Trial(contestant, workload, plan).Run();
}

}  // namespace stepkv::bench
