#include "common/server_main.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <list>
#include <string>
#include <system_error>
#include <utility>

#include "common/log.h"
#include "common/stop_signal.h"

namespace stepkv {
namespace {

constexpr int kExitFailure = 1;
constexpr int kExitUsage = 2;
constexpr char kVersion[] = "0.1.0";

// Clients need a descriptor each, and the shell's soft limit is often 1024: we
// take what the hard limit allows, and serve no more clients than fit. Then
// one too many can still be accepted and told so. `own`: what is open already.
void FitClientsToDescriptors(Options& options, int own) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  // Still to come, for each thread that accepts: an epoll, the client that is
  // refused, and one for what else may be.
  constexpr int kForEachThread = 3;
  rlim_t kept =
      static_cast<rlim_t>(own) +
      static_cast<rlim_t>(kForEachThread * std::max(1, options.threads));
  rlim_t room = limit.rlim_cur > kept ? limit.rlim_cur - kept : 1;
  if (room < static_cast<rlim_t>(options.max_clients))
    options.max_clients = static_cast<int>(room);
}

int OpenDescriptors() {
  std::error_code error;  // no /proc: then we know of none
  std::filesystem::directory_iterator open("/proc/self/fd", error);
  return static_cast<int>(std::distance(begin(open), end(open)));
}

bool IsLoopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

// All of them, before anybody is told: a listener that came later would have
// no share in the clients that connect at once.
std::list<Listener> ListenAs(const StepInfo& step, const Options& options) {
  std::list<Listener> listeners;
  Descriptor socket = Listen(options.bind, options.port);
  if (!step.shared_port) {
    listeners.emplace_back(std::move(socket));
    return listeners;
  }
  // Two servers that both share a port would not notice each other. So the
  // port has been taken for ourselves first, and only then is it shared.
  std::uint16_t port = LocalPort(socket.get());
  socket.Close();
  for (int i = 0; i < options.threads; ++i) {
    listeners.emplace_back(Listen(options.bind, port, SharedPort::kYes));
  }
  return listeners;
}

void Serve(const StepInfo& step, Options options,
           const std::function<void(Server&)>& serve) {
  InstallStopSignal();
  std::list<Listener> listeners = ListenAs(step, options);
  FitClientsToDescriptors(options, OpenDescriptors());
  if (!IsLoopback(options.bind)) {
    LogError("warning: listening on " + options.bind +
             ", and there is no authentication");
  }
  LogLine("Serving " + LocalAddress(listeners.front().get()));
  Server server{options, listeners.front(), listeners};
  serve(server);
}

}  // namespace

int ServerMain(int argc, char** argv, const StepInfo& step,
               const std::function<void(Server&)>& serve) {
  SetLogName(step.name);
  try {
    const Options options = ParseOptions(argc, argv, step);
    switch (options.action) {
      case Options::Action::kHelp:
        LogLine(HelpText(step));
        return 0;
      case Options::Action::kVersion:
        LogLine(std::string(step.name) + " " + kVersion);
        return 0;
      case Options::Action::kServe:
        Serve(step, options, serve);
        return 0;
    }
  } catch (const UsageError& error) {
    std::cerr << error.what() << '\n' << UsageLine(step) << '\n';
    return kExitUsage;
  } catch (const std::exception& error) {
    LogError(error.what());
  }
  return kExitFailure;
}

}  // namespace stepkv
