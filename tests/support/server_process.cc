#include "tests/support/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace stepkv::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kSleepPatience{5};
constexpr seconds kStartPatience{60};  // sanitizers on a busy machine

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string TemporaryFile() {
  std::string path = "/tmp/stepkv-test-XXXXXX";
  int fd = ::mkstemp(path.data());
  if (fd < 0) throw std::system_error(errno, std::system_category(), "mkstemp");
  ::close(fd);
  return path;
}

void LimitSelf(int resource, std::uint64_t value) {
  if (value == 0) return;
  rlimit limit{value, value};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) {
    ::_exit(126);
  }
}

// Forks and executes; stdout and stderr go to the two files.
pid_t Spawn(const std::vector<std::string>& argv, const std::string& out,
            const std::string& err, const ServerProcess::Config& config) {
  std::vector<char*> arguments;
  for (const std::string& word : argv) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::system_category(), "fork");
  if (pid > 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // never outlive the test
  int out_fd = ::open(out.c_str(), O_WRONLY | O_APPEND);
  int err_fd = ::open(err.c_str(), O_WRONLY | O_APPEND);
  int in_fd = ::open("/dev/null", O_RDONLY);
  if (out_fd < 0 || err_fd < 0 || in_fd < 0) ::_exit(126);
  ::dup2(in_fd, 0);
  ::dup2(out_fd, 1);
  ::dup2(err_fd, 2);
  ::close(in_fd);
  ::close(out_fd);
  ::close(err_fd);
  for (const std::string& pair : config.environment) {
    std::size_t equals = pair.find('=');
    ::setenv(pair.substr(0, equals).c_str(), pair.substr(equals + 1).c_str(),
             1);
  }
  LimitSelf(RLIMIT_AS, config.address_space);
  LimitSelf(RLIMIT_NOFILE, config.descriptors);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

int ExitCode(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool AcceptsConnections(std::uint16_t port) {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool accepted =
      ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return accepted;
}

}  // namespace

std::uint16_t FreePort() {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (fd < 0 ||
      ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::system_error(errno, std::system_category(), "FreePort");
  }
  ::close(fd);
  return ntohs(address.sin_port);
}

CommandResult RunCommand(const std::vector<std::string>& argv) {
  std::string out = TemporaryFile();
  std::string err = TemporaryFile();
  pid_t pid = Spawn(argv, out, err, {});
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  CommandResult result{ExitCode(status), ReadFile(out), ReadFile(err)};
  ::unlink(out.c_str());
  ::unlink(err.c_str());
  return result;
}

ServerProcess ServerProcess::StartStep(const Config& config) {
  ServerProcess server;
  server.output_path_ = TemporaryFile();
  server.errors_path_ = TemporaryFile();
  std::vector<std::string> argv{config.path, "--port", "0"};
  argv.insert(argv.end(), config.arguments.begin(), config.arguments.end());
  server.pid_ = Spawn(argv, server.output_path_, server.errors_path_, config);
  server.AwaitServingLine();
  return server;
}

void ServerProcess::AwaitServingLine() {
  auto deadline = steady_clock::now() + kStartPatience;
  while (steady_clock::now() < deadline) {
    std::string output = Output();
    if (output.find('\n') != std::string::npos) {
      std::size_t colon = output.rfind(':', output.find('\n'));
      if (output.rfind("Serving ", 0) != 0 || colon == std::string::npos) {
        throw std::runtime_error("not a Serving line: " + output);
      }
      port_ = static_cast<std::uint16_t>(std::stoi(output.substr(colon + 1)));
      return AwaitSleep();
    }
    if (!Running()) break;
    std::this_thread::sleep_for(milliseconds(2));
  }
  throw std::runtime_error("server did not start: " + Output() + Errors());
}

// gcc 12's ThreadSanitizer keeps a signal that arrives just before a thread
// goes to sleep until that sleep is over: none is sent before.
void ServerProcess::AwaitSleep() {
  auto deadline = steady_clock::now() + kSleepPatience;
  while (steady_clock::now() < deadline) {
    std::string stat = ReadFile("/proc/" + std::to_string(pid_) + "/stat");
    std::size_t name_end = stat.rfind(") ");
    if (name_end != std::string::npos && stat[name_end + 2] == 'S') return;
    std::this_thread::sleep_for(milliseconds(1));
  }
}

ServerProcess ServerProcess::StartRedis(
    const std::vector<std::string>& arguments) {
  std::uint16_t port = FreePort();
  std::vector<std::string> argv{
      "redis-server", "--port", std::to_string(port), "--bind", "127.0.0.1",
      "--save",       "",       "--appendonly",       "no"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return StartCommand(argv, port);
}

ServerProcess ServerProcess::StartCommand(const std::vector<std::string>& argv,
                                          std::uint16_t port) {
  ServerProcess server;
  server.output_path_ = TemporaryFile();
  server.errors_path_ = TemporaryFile();
  server.port_ = port;
  server.pid_ = Spawn(argv, server.output_path_, server.errors_path_, {});
  auto deadline = steady_clock::now() + kStartPatience;
  while (steady_clock::now() < deadline && server.Running()) {
    if (AcceptsConnections(server.port_)) return server;
    std::this_thread::sleep_for(milliseconds(5));
  }
  throw std::runtime_error(argv[0] + " did not start: " + server.Output() +
                           server.Errors());
}

ServerProcess::ServerProcess(ServerProcess&& other) noexcept
    : pid_(other.pid_),
      port_(other.port_),
      exit_code_(other.exit_code_),
      output_path_(std::move(other.output_path_)),
      errors_path_(std::move(other.errors_path_)) {
  other.pid_ = -1;
  other.output_path_.clear();
  other.errors_path_.clear();
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0 && !exit_code_) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (!output_path_.empty()) ::unlink(output_path_.c_str());
  if (!errors_path_.empty()) ::unlink(errors_path_.c_str());
}

void ServerProcess::Signal(int signal) {
  if (pid_ > 0 && !exit_code_) ::kill(pid_, signal);
}

bool ServerProcess::Running() {
  if (exit_code_ || pid_ <= 0) return false;
  int status = 0;
  pid_t done = ::waitpid(pid_, &status, WNOHANG);
  if (done == pid_) exit_code_ = ExitCode(status);
  return !exit_code_;
}

std::optional<int> ServerProcess::Wait(milliseconds patience) {
  auto deadline = steady_clock::now() + patience;
  while (Running() && steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(2));
  }
  return exit_code_;
}

std::string ServerProcess::Output() const { return ReadFile(output_path_); }
std::string ServerProcess::Errors() const { return ReadFile(errors_path_); }

}  // namespace stepkv::testing
