#include "bench/compare/syscall_counter.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "bench/compare/server_counters.h"

namespace stepkv::bench {
namespace {

constexpr std::chrono::seconds kStracePatience{3};

// The tracepoint's number; 0 where tracefs is not mounted or not ours to read.
std::uint64_t SyscallTracepoint() {
  for (const char* root :
       {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
    std::uint64_t id = 0;
    std::ifstream file(std::string(root) + "/events/raw_syscalls/sys_enter/id");
    if (file >> id) return id;
  }
  return 0;
}

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The sum of the "calls" column of `strace -c`.
std::optional<double> CallsIn(const std::string& summary) {
  std::istringstream lines(summary);
  std::string line;
  while (std::getline(lines, line)) {
    if (line.size() < 6 || line.compare(line.size() - 6, 6, " total") != 0) {
      continue;
    }
    double share = 0, seconds = 0, each = 0, calls = 0;
    if (std::istringstream(line) >> share >> seconds >> each >> calls) {
      return calls;
    }
  }
  return std::nullopt;
}

}  // namespace

SyscallCounter::SyscallCounter(pid_t pid) {
  std::vector<pid_t> threads;
  for (pid_t process : ProcessTree(pid)) {
    for (pid_t thread : ThreadsOf(process)) threads.push_back(thread);
  }
  if (OpenEvents(threads)) {
    means_ = "perf_event_open";
  } else if (StartStrace(pid)) {
    means_ = "strace";
  }
}

SyscallCounter::~SyscallCounter() {
  CloseEvents();
  if (strace_pid_ > 0) StopStrace();
}

bool SyscallCounter::OpenEvents(const std::vector<pid_t>& threads) {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_TRACEPOINT;
  attributes.size = sizeof attributes;
  attributes.config = SyscallTracepoint();
  attributes.disabled = 1;
  attributes.inherit = 1;
  if (attributes.config == 0) return false;
  for (pid_t thread : threads) {
    long fd = ::syscall(SYS_perf_event_open, &attributes, thread, -1, -1,
                        PERF_FLAG_FD_CLOEXEC);
    if (fd < 0 && errno == ESRCH) continue;  // the thread has ended
    if (fd < 0) {
      CloseEvents();
      return false;
    }
    events_.push_back(static_cast<int>(fd));
  }
  return !events_.empty();
}

void SyscallCounter::CloseEvents() {
  for (int event : events_) ::close(event);
  events_.clear();
}

bool SyscallCounter::StartStrace(pid_t pid) {
  strace_output_ = "/tmp/stepkv-strace-XXXXXX";
  int fd = ::mkstemp(strace_output_.data());
  if (fd < 0) return false;
  strace_pid_ = ::fork();
  if (strace_pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGINT);
    ::dup2(fd, STDERR_FILENO);
    ::execlp("strace", "strace", "-c", "-f", "-p", std::to_string(pid).c_str(),
             nullptr);
    ::_exit(127);
  }
  ::close(fd);
  auto deadline = std::chrono::steady_clock::now() + kStracePatience;
  while (strace_pid_ > 0 && std::chrono::steady_clock::now() < deadline) {
    if (ReadFile(strace_output_).find("attached") != std::string::npos) {
      return true;
    }
    if (::waitpid(strace_pid_, nullptr, WNOHANG) == strace_pid_) {
      strace_pid_ = -1;  // not installed, or not allowed to attach
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  if (strace_pid_ > 0) {
    StopStrace();
  } else {
    ::unlink(strace_output_.c_str());
  }
  return false;
}

std::optional<double> SyscallCounter::StopStrace() {
  ::kill(strace_pid_, SIGINT);  // it detaches and prints its table
  while (::waitpid(strace_pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  strace_pid_ = -1;
  std::string summary = ReadFile(strace_output_);
  ::unlink(strace_output_.c_str());
  return CallsIn(summary);
}

void SyscallCounter::Start() {
  for (int event : events_) ::ioctl(event, PERF_EVENT_IOC_ENABLE, 0);
}

std::optional<double> SyscallCounter::Stop() {
  if (means_ == "strace") return StopStrace();
  if (means_ == "none") return std::nullopt;
  double calls = 0;
  for (int event : events_) ::ioctl(event, PERF_EVENT_IOC_DISABLE, 0);
  for (int event : events_) {
    std::uint64_t count = 0;
    if (::read(event, &count, sizeof count) == sizeof count) {
      calls += static_cast<double>(count);
    }
  }
  return calls;
}

}  // namespace stepkv::bench
