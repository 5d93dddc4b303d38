// The command line of `linearizability`.
#ifndef STEPKV_TESTS_LINEARIZABILITY_SETTINGS_H_
#define STEPKV_TESTS_LINEARIZABILITY_SETTINGS_H_

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/linearizability/load.h"

namespace stepkv::testing {

// What came of a run; the exit code, unless another outcome was expected.
enum class Outcome {
  kLinearizable = 0,
  kViolation = 1,
  kStuck = 3,      // a reply never came
  kUndecided = 4,  // too many orders to try, or no server
};

inline constexpr int kUsageExitCode = 2;

// A command line that makes no sense; what() says why.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Settings {
  std::string server;    // a binary; or
  bool redis = false;    // redis-server; or
  bool connect = false;  // load.host and load.port
  std::vector<std::string> server_arguments;
  std::vector<Mix> mixes;  // in turn
  int rounds = 6;
  Load load;
  Outcome expected = Outcome::kLinearizable;
  bool help = false;
};

// Throws UsageError.
Settings ParseSettings(int argc, char** argv);

const char* HelpText();

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_SETTINGS_H_
