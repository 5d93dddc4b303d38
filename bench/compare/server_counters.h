// What a server process has used, from the kernel's own accounting: read from
// outside, all threads and descendants included. Any thread may call these.
//
// A process that has ended counts as zero. Threads that end between two
// readings take their switches with them; connections that last do not.
#ifndef STEPKV_BENCH_COMPARE_SERVER_COUNTERS_H_
#define STEPKV_BENCH_COMPARE_SERVER_COUNTERS_H_

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <vector>

namespace stepkv::bench {

// CPU time of the whole process, dead threads included, to the nanosecond
// (clock_getcpuclockid(3)). One system call a process: cheap enough for the
// edges of a window.
double CpuSeconds(pid_t pid);

// The process and its descendants, as they are now.
std::vector<pid_t> ProcessTree(pid_t pid);

// The threads of one process, as they are now.
std::vector<pid_t> ThreadsOf(pid_t pid);

// One reading of every thread. Costs some 50 us a thread, so it is taken
// outside the window.
struct ThreadReading {
  std::uint64_t voluntary_switches = 0;
  std::map<pid_t, std::uint64_t> cpu_nanoseconds;  // by thread
};
ThreadReading ReadThreads(pid_t pid);

// How much of the CPU time between two readings the busiest thread had, 0 to
// 1: near 1, the server is a single-core one under this load.
double BusiestThreadShare(const ThreadReading& before,
                          const ThreadReading& after);

struct MemoryReading {
  double resident_bytes = 0;    // Rss of smaps_rollup: exact
  double page_table_bytes = 0;  // VmPTE
  double threads = 0;           // each also has a stack in the kernel
};
MemoryReading ReadMemory(pid_t pid);

// Seconds of CPU that the whole machine has spent busy since it started, what
// the hypervisor took from it included; resolution 10 ms.
double MachineBusySeconds();

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_SERVER_COUNTERS_H_
