// Many connections driven from one epoll thread (more by option).
//
//   LoadGenerator load(workload, port);
//   load.Connect();                  // preloads, connects, one request each
//   load.Start();
//   load.Run(warm_up);               // not counted
//   load.BeginWindow(); load.Run(window); load.EndWindow();
//   LoadResult result = load.Stop(); // everything sent has been answered
//
// Every call is made by one thread, the owner. Any of them throws Failure when
// a server answered wrongly, closed a connection, or left a request without a
// reply for kPatience: then the run has failed and only destruction is left.
#ifndef STEPKV_BENCH_COMPARE_LOAD_GENERATOR_H_
#define STEPKV_BENCH_COMPARE_LOAD_GENERATOR_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/compare/client.h"
#include "bench/compare/corpus.h"
#include "bench/compare/histogram.h"
#include "bench/compare/workload.h"

namespace stepkv::bench {

inline constexpr std::chrono::seconds kPatience{20};

// Lets this process, and those that it starts, have as many descriptors as the
// system allows it; returns how many that is.
std::uint64_t AllowManyDescriptors();

// What happened in the window.
struct LoadResult {
  std::uint64_t answered = 0;
  double seconds = 0;
  Histogram latency;  // of requests; open loop: from the time due
  Histogram lag;      // open loop: how late the generator itself was
  double generator_cpu_seconds = 0;
};

class LoadWorker;
struct LoadPhases;

class LoadGenerator {
 public:
  LoadGenerator(const Workload& workload, std::uint16_t port);
  ~LoadGenerator();

  // One connection, over which all keys are set.
  void ConnectFirst();
  // All the others. Each makes one request, so each has been accepted and has
  // whatever the server keeps for a client.
  void ConnectRest();
  void Connect() {
    ConnectFirst();
    ConnectRest();
  }
  int connections() const;

  void Start();
  void Run(std::chrono::nanoseconds duration);
  void BeginWindow();
  void EndWindow();
  LoadResult Stop();

  // Requests answered since Start, by all threads.
  std::uint64_t Answered() const;

 private:
  void Place(int number, Client client);
  void RunWorker(LoadWorker& worker);
  double WorkersCpuSeconds();
  void StopWorkers();

  Workload workload_;
  std::uint16_t port_;
  Corpus corpus_;
  Corpus slow_corpus_;
  std::vector<Client> idle_;
  std::unique_ptr<LoadPhases> phases_;
  std::vector<std::unique_ptr<LoadWorker>> workers_;
  std::vector<std::thread> threads_;

  std::int64_t window_began_ = 0;
  std::int64_t window_ended_ = 0;
  double cpu_at_begin_ = 0;
  double cpu_at_end_ = 0;

  std::mutex mutex_;
  std::condition_variable failed_or_done_;
  int running_ = 0;             // guarded by mutex_
  std::exception_ptr failure_;  // guarded by mutex_
};

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_LOAD_GENERATOR_H_
