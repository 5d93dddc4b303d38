// How many system calls a server makes, counted while nothing else is
// measured: by the kernel's tracepoint (perf_event_open(2)) where we may, else
// by `strace -c -f -p`, which slows the server, so that its batches may be
// larger than they would be.
#ifndef STEPKV_BENCH_COMPARE_SYSCALL_COUNTER_H_
#define STEPKV_BENCH_COMPARE_SYSCALL_COUNTER_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace stepkv::bench {

// One thread at a time. Counts the threads that there are at construction and
// whatever they start.
class SyscallCounter {
 public:
  // Attaches itself, which may take 10 us a thread; with strace, half a
  // second.
  explicit SyscallCounter(pid_t pid);
  ~SyscallCounter();
  SyscallCounter(const SyscallCounter&) = delete;
  SyscallCounter& operator=(const SyscallCounter&) = delete;

  // "perf_event_open", "strace" or "none".
  const std::string& means() const { return means_; }

  // With strace, counting began at construction and Start does nothing.
  void Start();
  // Calls since Start; nullopt when there is no means. Call it once.
  std::optional<double> Stop();

 private:
  bool OpenEvents(const std::vector<pid_t>& threads);
  void CloseEvents();
  bool StartStrace(pid_t pid);
  std::optional<double> StopStrace();

  std::string means_ = "none";
  std::vector<int> events_;
  pid_t strace_pid_ = -1;
  std::string strace_output_;
};

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_SYSCALL_COUNTER_H_
