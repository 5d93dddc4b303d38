// A server under test: a real process, started on a free port, owned by the
// test that started it. Single-threaded; a failure to start throws
// std::runtime_error with what the process wrote.
#ifndef STEPKV_TESTS_SUPPORT_SERVER_PROCESS_H_
#define STEPKV_TESTS_SUPPORT_SERVER_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stepkv::testing {

// What `path arguments...` did: its exit code (128 + N when signal N ended
// it) and what it wrote.
struct CommandResult {
  int exit_code = 0;
  std::string out;
  std::string err;
};

// Runs a command to its end. For servers that must refuse to start.
CommandResult RunCommand(const std::vector<std::string>& argv);

class ServerProcess {
 public:
  struct Config {
    std::string path;                      // the step's binary
    std::vector<std::string> arguments;    // after `--port 0`
    std::uint64_t address_space = 0;       // RLIMIT_AS in bytes; 0: unlimited
    std::uint64_t descriptors = 0;         // RLIMIT_NOFILE; 0: unchanged
    std::vector<std::string> environment;  // added, as NAME=value
  };

  // Starts a step with `--port 0` and returns when it says `Serving`.
  static ServerProcess StartStep(const Config& config);
  static ServerProcess StartStep(const std::string& path) {
    return StartStep(Config{.path = path,
                            .arguments = {},
                            .address_space = 0,
                            .descriptors = 0,
                            .environment = {}});
  }

  // Starts redis-server on a free port, without persistence, and returns when
  // it accepts connections. Throws if it is not installed.
  static ServerProcess StartRedis(
      const std::vector<std::string>& arguments = {});

  // Starts any other server, told by its arguments to listen on `port`, and
  // returns when it accepts connections there.
  static ServerProcess StartCommand(const std::vector<std::string>& argv,
                                    std::uint16_t port);

  ServerProcess(ServerProcess&& other) noexcept;
  ServerProcess& operator=(ServerProcess&&) = delete;
  ~ServerProcess();  // SIGKILL, if it still runs

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }

  void Signal(int signal);

  // Waits for the end. nullopt: still running after `patience`; otherwise the
  // exit code, or 128 + N when signal N ended it.
  std::optional<int> Wait(
      std::chrono::milliseconds patience = std::chrono::seconds(20));

  bool Running();

  // What it has written so far, the `Serving` line included.
  std::string Output() const;
  std::string Errors() const;

 private:
  ServerProcess() = default;
  void AwaitServingLine();
  void AwaitSleep();

  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
  std::optional<int> exit_code_;
  std::string output_path_;  // both are files in a directory of our own
  std::string errors_path_;
};

// A loopback port that was free a moment ago.
std::uint16_t FreePort();

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_SUPPORT_SERVER_PROCESS_H_
