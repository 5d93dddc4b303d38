#include "bench/compare/load_generator.h"

#include <pthread.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <utility>

#include "bench/compare/load_worker.h"

namespace stepkv::bench {
namespace {

constexpr std::size_t kScratchBytes = 256 * 1024;
// Keys that are set with one send; small enough that both sides' socket
// buffers never fill towards each other.
constexpr std::size_t kSetsAtOnce = 64;
constexpr std::size_t kSlowValueBytes = 16 * 1024;
constexpr std::size_t kSlowKey = 99'999'999;  // no other's key
constexpr int kSlowReceiveBytes = 4 * 1024;   // SO_RCVBUF
// Connections made before each has been heard of: fewer than any backlog.
constexpr int kConnectsAtOnce = 64;

double ThreadCpuSeconds(std::thread& thread) {
  clockid_t clock{};
  timespec used{};
  if (::pthread_getcpuclockid(thread.native_handle(), &clock) != 0 ||
      ::clock_gettime(clock, &used) != 0) {
    return 0;  // it has ended, and its failure says why
  }
  return static_cast<double>(used.tv_sec) +
         1e-9 * static_cast<double>(used.tv_nsec);
}

void SetAll(Client& client, const Corpus& corpus, std::vector<char>& scratch) {
  if (!corpus.NeedsSetting()) return;
  for (std::size_t key = 0; key < corpus.keys(); ++key) {
    client.Ask(corpus.Set(key), 0);
    if (client.outstanding() == kSetsAtOnce) client.Settle(scratch);
  }
  client.Settle(scratch);
}

}  // namespace

std::uint64_t AllowManyDescriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);  // to the hard limit: allowed
  return limit.rlim_cur;
}

LoadGenerator::LoadGenerator(const Workload& workload, std::uint16_t port)
    : workload_(workload),
      port_(port),
      corpus_(workload.protocol, workload.keys, workload.value_bytes),
      slow_corpus_(workload.protocol, 1, kSlowValueBytes, kSlowKey),
      phases_(std::make_unique<LoadPhases>()) {
  workload_.threads = std::clamp(workload_.threads, 1, workload_.clients);
  for (int i = 0; i < workload_.threads; ++i) {
    workers_.push_back(std::make_unique<LoadWorker>(workload_, i, corpus_,
                                                    slow_corpus_, *phases_));
  }
}

LoadGenerator::~LoadGenerator() {
  phases_->aborting = true;
  StopWorkers();
}

int LoadGenerator::connections() const {
  return workload_.clients + workload_.idle_clients + workload_.slow_clients;
}

void LoadGenerator::ConnectFirst() {
  std::vector<char> scratch(kScratchBytes);
  Client first(0, port_);
  SetAll(first, corpus_, scratch);
  if (workload_.slow_clients > 0) SetAll(first, slow_corpus_, scratch);
  Place(0, std::move(first));
}

void LoadGenerator::ConnectRest() {
  std::vector<char> scratch(kScratchBytes);
  for (int next = 1; next < connections();) {
    int begin = next;
    int end = std::min(begin + kConnectsAtOnce, connections());
    std::vector<Client> fresh;
    for (; next < end; ++next) {
      bool slow = next >= workload_.clients + workload_.idle_clients;
      fresh.emplace_back(next, port_, slow ? kSlowReceiveBytes : 0);
      fresh.back().Ask(corpus_.Get(0), 0);
      fresh.back().Flush();
    }
    for (Client& client : fresh) {
      client.Settle(scratch);
      Place(begin++, std::move(client));
    }
  }
}

void LoadGenerator::Place(int number, Client client) {
  auto worker = static_cast<std::size_t>(number) % workers_.size();
  if (number < workload_.clients) {
    workers_[worker]->Add(std::move(client));
  } else if (number < workload_.clients + workload_.idle_clients) {
    idle_.push_back(std::move(client));
  } else {
    workers_[worker]->AddSlow(std::move(client));
  }
}

void LoadGenerator::Start() {
  std::lock_guard lock(mutex_);
  for (auto& worker : workers_) {
    threads_.emplace_back([this, &worker] { RunWorker(*worker); });
    ++running_;
  }
}

void LoadGenerator::RunWorker(LoadWorker& worker) {
  std::exception_ptr failure;
  try {
    worker.Run();
  } catch (...) {
    failure = std::current_exception();
  }
  std::lock_guard lock(mutex_);
  if (failure && !failure_) failure_ = failure;
  --running_;
  failed_or_done_.notify_all();
}

void LoadGenerator::Run(std::chrono::nanoseconds duration) {
  std::unique_lock lock(mutex_);
  failed_or_done_.wait_for(lock, duration,
                           [this] { return failure_ != nullptr; });
  if (failure_) std::rethrow_exception(failure_);
}

void LoadGenerator::BeginWindow() {
  cpu_at_begin_ = WorkersCpuSeconds();
  window_began_ = NowNanoseconds();
  phases_->window_begin = window_began_;
}

void LoadGenerator::EndWindow() {
  window_ended_ = NowNanoseconds();
  phases_->window_end = window_ended_;
  cpu_at_end_ = WorkersCpuSeconds();
}

LoadResult LoadGenerator::Stop() {
  phases_->stopping = true;
  {
    std::unique_lock lock(mutex_);
    failed_or_done_.wait(lock, [this] { return failure_ || running_ == 0; });
    if (failure_) std::rethrow_exception(failure_);
  }
  StopWorkers();
  LoadResult result;
  for (auto& worker : workers_) {
    result.answered += worker->answered_in_window();
    result.latency.Merge(worker->latency());
    result.lag.Merge(worker->lag());
  }
  result.seconds = 1e-9 * static_cast<double>(window_ended_ - window_began_);
  result.generator_cpu_seconds = cpu_at_end_ - cpu_at_begin_;
  return result;
}

std::uint64_t LoadGenerator::Answered() const {
  std::uint64_t answered = 0;
  for (auto& worker : workers_) answered += worker->Answered();
  return answered;
}

double LoadGenerator::WorkersCpuSeconds() {
  double seconds = 0;
  for (std::thread& thread : threads_) seconds += ThreadCpuSeconds(thread);
  return seconds;
}

void LoadGenerator::StopWorkers() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace stepkv::bench
