// The server under test: a step's binary that the suite starts, a server that
// runs already, or redis-server; and what it declares, which chooses the cases
// that must pass. Set up by main before the first case, read-only afterwards.
#ifndef STEPKV_TESTS_CONFORMANCE_TARGET_H_
#define STEPKV_TESTS_CONFORMANCE_TARGET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/server_process.h"

namespace stepkv::testing {

// What a case may need of a server. A case's needs are a sum of these.
enum Feature : unsigned {
  kEcho = 1U << 0U,        // sends every line back
  kStore = 1U << 1U,       // runs commands
  kConcurrent = 1U << 2U,  // serves many clients at once
  kOneByOne = 1U << 3U,    // serves one client, then the next
  kOurs = 1U << 4U,        // the line dialect, and where we differ from Redis
  kProcess = 1U << 5U,     // the suite starts it, with options of its choice
};
using Needs = unsigned;

// Why a case that needs `feature` does not apply, for people.
const char* Describe(Feature feature);
inline constexpr Feature kAllFeatures[] = {kEcho,     kStore, kConcurrent,
                                           kOneByOne, kOurs,  kProcess};

class Target {
 public:
  // Reads `--server PATH | --connect HOST:PORT | --redis` and `--declares
  // LIST`. Throws std::invalid_argument, with a line for the user.
  static Target FromArguments(const std::vector<std::string>& arguments);

  Needs features() const { return features_; }
  bool Has(Needs needs) const { return (features_ & needs) == needs; }
  const std::string& path() const { return path_; }  // of a step's binary
  const std::string& host() const { return host_; }

  // The port of the server that all cases share; starts it when it does not
  // run. Throws std::runtime_error when it does not start.
  std::uint16_t SharedPort();

  // The shared process; nullptr with --connect or before the first case.
  ServerProcess* shared() { return shared_ ? &*shared_ : nullptr; }

  // Forgets a shared process that has ended, so that the next case starts a
  // new one.
  void ForgetShared() { shared_.reset(); }

 private:
  enum class Kind { kStep, kRunning, kRedis };

  Kind kind_ = Kind::kStep;
  Needs features_ = 0;
  std::string path_;
  std::string host_ = "127.0.0.1";
  std::uint16_t port_ = 0;
  std::optional<ServerProcess> shared_;
};

// The one target of this run.
Target& TheTarget();
void SetTarget(Target target);

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_CONFORMANCE_TARGET_H_
