// One thread of the load generator: its clients and its epoll loop. Everything
// in it belongs to that thread while Run runs; the owner reads the results
// after it has joined the thread, and Answered at any time.
#ifndef STEPKV_BENCH_COMPARE_LOAD_WORKER_H_
#define STEPKV_BENCH_COMPARE_LOAD_WORKER_H_

#include <atomic>
#include <cstdint>
#include <limits>
#include <vector>

#include "bench/compare/client.h"
#include "bench/compare/corpus.h"
#include "bench/compare/histogram.h"
#include "bench/compare/key_picker.h"
#include "bench/compare/workload.h"
#include "common/socket.h"

namespace stepkv::bench {

// Where the run stands; set by the owner, read by the workers.
struct LoadPhases {
  static constexpr std::int64_t kNever =
      std::numeric_limits<std::int64_t>::max();
  std::atomic<std::int64_t> window_begin{kNever};  // CLOCK_MONOTONIC, ns
  std::atomic<std::int64_t> window_end{kNever};
  std::atomic<bool> stopping{false};  // ask no more, wait for what is due
  std::atomic<bool> aborting{false};  // leave at once

  bool InWindow(std::int64_t time) const {
    return time >= window_begin.load(std::memory_order_relaxed) &&
           time < window_end.load(std::memory_order_relaxed);
  }
};

class LoadWorker {
 public:
  // `index` of workload.threads. The corpora and phases outlive it.
  LoadWorker(const Workload& workload, int index, const Corpus& corpus,
             const Corpus& slow_corpus, const LoadPhases& phases);
  LoadWorker(const LoadWorker&) = delete;
  LoadWorker& operator=(const LoadWorker&) = delete;

  // Before Run. The sockets become non-blocking.
  void Add(Client client);
  void AddSlow(Client client);
  std::size_t clients() const { return clients_.size() + slow_.size(); }

  // Until phases.stopping and every request has been answered.
  void Run();

  std::uint64_t Answered() const {
    return answered_.load(std::memory_order_relaxed);
  }
  const Histogram& latency() const { return latency_; }
  const Histogram& lag() const { return lag_; }
  std::uint64_t answered_in_window() const { return answered_in_window_; }

 private:
  bool OpenLoop() const { return workload_.requests_per_second > 0; }
  bool Done() const;
  Exchange Pick();
  void AskBatch(std::size_t client);
  void AskWhatIsDue();
  void Poll();
  void Serve(std::size_t client, std::uint32_t events);
  void Send(std::size_t client);
  void Watch(std::size_t client, bool writable, bool added);
  void NoteAnswer(std::int64_t since);
  void ReadSlowly();
  std::int64_t WaitNanoseconds() const;

  const Workload workload_;
  const Corpus& corpus_;
  const Corpus& slow_corpus_;
  const LoadPhases& phases_;
  Descriptor epoll_;
  KeyPicker keys_;
  Random random_;
  std::vector<char> scratch_;

  std::vector<Client> clients_;
  std::vector<char> watched_writable_;  // by client
  std::vector<Client> slow_;
  std::int64_t slow_due_ = 0;

  double interval_ = 0;  // open loop: ns between requests of this thread
  double next_due_ = 0;
  std::size_t next_client_ = 0;

  std::int64_t now_ = 0;
  std::int64_t last_answer_ = 0;
  std::uint64_t outstanding_ = 0;           // of clients_
  std::atomic<std::uint64_t> answered_{0};  // written by this thread alone
  std::uint64_t answered_in_window_ = 0;
  Histogram latency_;
  Histogram lag_;
};

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_LOAD_WORKER_H_
