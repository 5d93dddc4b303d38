#include "bench/compare/server_counters.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace stepkv::bench {
namespace {

namespace fs = std::filesystem;

std::string TaskDirectory(pid_t pid) {
  return "/proc/" + std::to_string(pid) + "/task";
}

// The number after `name` in a file of `name: number` lines; 0 if not there.
double Field(const std::string& path, const std::string& name) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind(name + ":", 0) != 0) continue;
    return std::strtod(line.c_str() + name.size() + 1, nullptr);
  }
  return 0;
}

}  // namespace

std::vector<pid_t> ThreadsOf(pid_t pid) {
  std::vector<pid_t> threads;
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator(TaskDirectory(pid), gone)) {
    threads.push_back(std::stoi(entry.path().filename().string()));
  }
  return threads;
}

std::vector<pid_t> ProcessTree(pid_t pid) {
  std::vector<pid_t> tree{pid};
  for (std::size_t i = 0; i < tree.size(); ++i) {
    for (pid_t thread : ThreadsOf(tree[i])) {
      std::ifstream children(TaskDirectory(tree[i]) + "/" +
                             std::to_string(thread) + "/children");
      for (pid_t child; children >> child;) tree.push_back(child);
    }
  }
  return tree;
}

double CpuSeconds(pid_t pid) {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid, &clock) != 0 ||
      ::clock_gettime(clock, &used) != 0) {
    return 0;
  }
  return static_cast<double>(used.tv_sec) +
         1e-9 * static_cast<double>(used.tv_nsec);
}

ThreadReading ReadThreads(pid_t pid) {
  ThreadReading reading;
  for (pid_t thread : ThreadsOf(pid)) {
    std::string directory =
        TaskDirectory(pid) + "/" + std::to_string(thread) + "/";
    reading.voluntary_switches += static_cast<std::uint64_t>(
        Field(directory + "status", "voluntary_ctxt_switches"));
    std::ifstream(directory + "schedstat") >> reading.cpu_nanoseconds[thread];
  }
  return reading;
}

double BusiestThreadShare(const ThreadReading& before,
                          const ThreadReading& after) {
  std::uint64_t busiest = 0;
  std::uint64_t sum = 0;
  for (auto [thread, cpu] : after.cpu_nanoseconds) {
    auto earlier = before.cpu_nanoseconds.find(thread);
    if (earlier != before.cpu_nanoseconds.end()) cpu -= earlier->second;
    busiest = std::max(busiest, cpu);
    sum += cpu;
  }
  return sum == 0 ? 1 : static_cast<double>(busiest) / static_cast<double>(sum);
}

MemoryReading ReadMemory(pid_t pid) {
  std::string directory = "/proc/" + std::to_string(pid) + "/";
  return {1024 * Field(directory + "smaps_rollup", "Rss"),
          1024 * Field(directory + "status", "VmPTE"),
          Field(directory + "status", "Threads")};
}

double MachineBusySeconds() {
  std::ifstream file("/proc/stat");
  std::string word;
  double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0,
         softirq = 0, steal = 0;
  file >> word >> user >> nice >> system >> idle >> iowait >> irq >> softirq >>
      steal;
  return (user + nice + system + irq + softirq + steal) /
         static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace stepkv::bench
