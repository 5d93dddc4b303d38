#include "tests/experiments/process_state.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace stepkv::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kLook{1};
constexpr milliseconds kSoon{20};
// Only an experiment that cannot be run waits this long.
constexpr std::chrono::seconds kSettlePatience{60};

// The text behind `NAME:` in a status file.
std::string StatusField(const std::filesystem::path& file,
                        const std::string& name) {
  std::ifstream status(file);
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return line.substr(name.size() + 1);
  }
  return {};
}

std::uint64_t NumberOf(const std::string& text) {
  std::size_t digit = text.find_first_of("0123456789");
  return digit == std::string::npos ? 0 : std::stoull(text.substr(digit));
}

bool AllSleep(const std::vector<ThreadState>& threads) {
  return std::ranges::all_of(
      threads, [](const ThreadState& thread) { return thread.state == 'S'; });
}

}  // namespace

std::vector<ThreadState> ThreadStates(pid_t process) {
  std::vector<ThreadState> threads;
  std::filesystem::path tasks = "/proc/" + std::to_string(process) + "/task";
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
    std::string state = StatusField(task.path() / "status", "State");
    if (state.empty()) continue;  // it ended since we read the directory
    std::filesystem::path status = task.path() / "status";
    threads.push_back(
        {static_cast<pid_t>(NumberOf(task.path().filename())),
         state[state.find_first_not_of(" \t")],
         NumberOf(StatusField(status, "voluntary_ctxt_switches")) +
             NumberOf(StatusField(status, "nonvoluntary_ctxt_switches"))});
  }
  return threads;
}

std::uint64_t ContextSwitches(pid_t process) {
  std::uint64_t sum = 0;
  for (const ThreadState& thread : ThreadStates(process)) {
    sum += thread.switches;
  }
  return sum;
}

std::uint64_t PeakMemoryBytes(pid_t process) {
  return 1024 * NumberOf(StatusField(
                    "/proc/" + std::to_string(process) + "/status", "VmHWM"));
}

void AwaitSleep(ServerProcess& server) {
  auto deadline = steady_clock::now() + kSettlePatience;
  std::vector<ThreadState> before;
  while (server.Running()) {
    std::vector<ThreadState> now = ThreadStates(server.pid());
    if (!now.empty() && now == before && AllSleep(now)) return;
    if (steady_clock::now() > deadline)
      throw std::runtime_error("the server does not come to rest");
    before = std::move(now);
    std::this_thread::sleep_for(kLook);
  }
}

void AwaitDelivery(TcpClient& client) {
  auto deadline = steady_clock::now() + kSettlePatience;
  // tcp(7): SIOCOUTQ, the bytes that the other side has not acknowledged.
  for (int unsent = 1; ::ioctl(client.fd(), SIOCOUTQ, &unsent) == 0;) {
    if (unsent == 0) return;
    if (steady_clock::now() > deadline)
      throw std::runtime_error("the server's kernel takes no more bytes");
    std::this_thread::sleep_for(kLook);
  }
}

bool Answered(ServerProcess& server, TcpClient& client) {
  if (client.Readable(kSoon)) return true;
  AwaitDelivery(client);
  AwaitSleep(server);
  return client.Readable(kSoon);
}

}  // namespace stepkv::testing
