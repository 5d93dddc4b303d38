// The command line, the same for every step.
#ifndef STEPKV_COMMON_OPTIONS_H_
#define STEPKV_COMMON_OPTIONS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "common/limits.h"

namespace stepkv {

// What a step says of itself.
struct StepInfo {
  const char* name;          // as its folder: "03_store_thread"
  int default_threads = 0;   // 0: the step has no --threads
  int default_shards = 0;    // 0: the step has no --shards
  bool shared_port = false;  // it opens more listeners on the same port
};

struct Options {
  enum class Action { kServe, kHelp, kVersion };
  Action action = Action::kServe;
  std::string bind = "127.0.0.1";  // nothing is exposed by accident
  std::uint16_t port = 0;          // 0: any free port
  int max_clients = kDefaultMaxClients;
  std::chrono::seconds idle_timeout{0};  // 0: never
  int threads = 0;
  int shards = 0;
  bool verbose = false;
  bool lab = false;  // DEBUG SLEEP is allowed
  RequestLimits limits;
  std::size_t max_pending_reply_bytes = kMaxPendingReplyBytes;
};

// A command line that makes no sense; what() says why.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws UsageError.
Options ParseOptions(int argc, char** argv, const StepInfo& step);

std::string UsageLine(const StepInfo& step);
std::string HelpText(const StepInfo& step);

}  // namespace stepkv

#endif  // STEPKV_COMMON_OPTIONS_H_
