#include "common/stop_signal.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "common/limits.h"

namespace stepkv {
namespace {

int stop_descriptor = -1;
std::atomic<std::int64_t> stopped_at_ms{0};  // 0: not yet
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

std::int64_t NowMs() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

// Only calls that signal-safety(7) allows.
void HandleStopSignal(int) {
  int saved_errno = errno;
  std::int64_t not_yet = 0;
  if (!stopped_at_ms.compare_exchange_strong(not_yet, NowMs())) ::_exit(1);
  std::uint64_t one = 1;
  [[maybe_unused]] ssize_t written = ::write(stop_descriptor, &one, sizeof one);
  errno = saved_errno;
}

void SetHandler(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  if (::sigaction(signal, &action, nullptr) != 0)
    throw std::system_error(errno, std::system_category(), "sigaction");
}

}  // namespace

void InstallStopSignal() {
  stop_descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop_descriptor < 0)
    throw std::system_error(errno, std::system_category(), "eventfd");
  SetHandler(SIGTERM, HandleStopSignal);
  SetHandler(SIGINT, HandleStopSignal);
  SetHandler(SIGPIPE, SIG_IGN);
}

int StopDescriptor() { return stop_descriptor; }

bool StopRequested() {
  return stopped_at_ms.load(std::memory_order_relaxed) != 0;
}

std::chrono::milliseconds GraceLeft() {
  std::chrono::milliseconds spent{NowMs() - stopped_at_ms.load()};
  return spent < kShutdownGrace ? kShutdownGrace - spent
                                : std::chrono::milliseconds{0};
}

}  // namespace stepkv
