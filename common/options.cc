#include "common/options.h"

#include <getopt.h>

#include <optional>
#include <string_view>
#include <vector>

#include "common/integer.h"

namespace stepkv {
namespace {

enum OptionCode : int {
  kPort = 256,
  kBind,
  kMaxClients,
  kThreads,
  kShards,
  kIdleTimeout,
  kVerbose,
  kLab,
  kHelp,
  kVersion,
};

constexpr int kMaxPort = 65535;
constexpr int kMaxClientsLimit = 1000000;
constexpr int kMaxThreads = 1024;
constexpr int kMaxShards = 65536;
constexpr int kMaxIdleSeconds = 365 * 24 * 3600;

std::vector<option> LongOptions(const StepInfo& step) {
  std::vector<option> options = {
      {"port", required_argument, nullptr, kPort},
      {"bind", required_argument, nullptr, kBind},
      {"max-clients", required_argument, nullptr, kMaxClients},
      {"idle-timeout", required_argument, nullptr, kIdleTimeout},
      {"verbose", no_argument, nullptr, kVerbose},
      {"lab", no_argument, nullptr, kLab},
      {"help", no_argument, nullptr, kHelp},
      {"version", no_argument, nullptr, kVersion},
  };
  if (step.default_threads > 0)
    options.push_back({"threads", required_argument, nullptr, kThreads});
  if (step.default_shards > 0)
    options.push_back({"shards", required_argument, nullptr, kShards});
  options.push_back({nullptr, 0, nullptr, 0});
  return options;
}

int ParseNumber(std::string_view what, std::string_view text, int min,
                int max) {
  std::optional<std::int64_t> number = ParseInteger(text);
  if (!number || *number < min || *number > max) {
    throw UsageError("bad " + std::string(what) + " '" + std::string(text) +
                     "': must be a number from " + std::to_string(min) +
                     " to " + std::to_string(max));
  }
  return static_cast<int>(*number);
}

std::uint16_t ParsePort(std::string_view text) {
  return static_cast<std::uint16_t>(ParseNumber("port", text, 0, kMaxPort));
}

void SetOption(int code, Options& options) {
  const char* text = ::optarg;
  switch (code) {
    case kPort:
      options.port = ParsePort(text);
      break;
    case kBind:
      options.bind = text;
      break;
    case kMaxClients:
      options.max_clients =
          ParseNumber("--max-clients", text, 1, kMaxClientsLimit);
      break;
    case kThreads:
      options.threads = ParseNumber("--threads", text, 1, kMaxThreads);
      break;
    case kShards:
      options.shards = ParseNumber("--shards", text, 1, kMaxShards);
      break;
    case kIdleTimeout:
      options.idle_timeout = std::chrono::seconds(
          ParseNumber("--idle-timeout", text, 0, kMaxIdleSeconds));
      break;
    case kVerbose:
      options.verbose = true;
      break;
    case kLab:
      options.lab = true;
      break;
    case kHelp:
      options.action = Options::Action::kHelp;
      break;
    case kVersion:
      options.action = Options::Action::kVersion;
      break;
    default:
      break;
  }
}

// `word` is the last that getopt_long looked at.
[[noreturn]] void ThrowBadOption(int code, const char* word) {
  // Of a word like -xy it stands at the x, and has not passed the word yet.
  bool is_letter = ::optopt > 0 && ::optopt < kPort;
  std::string shown =
      is_letter ? std::string{'-', static_cast<char>(::optopt)} : word;
  const char* why = code == ':' ? "option needs a value: " : "bad option: ";
  throw UsageError(why + shown);
}

}  // namespace

Options ParseOptions(int argc, char** argv, const StepInfo& step) {
  Options options;
  options.threads = step.default_threads;
  options.shards = step.default_shards;
  std::vector<option> known = LongOptions(step);
  bool have_port = false;
  ::opterr = 0;
  for (;;) {
    int code = ::getopt_long(argc, argv, ":", known.data(), nullptr);
    if (code == -1) break;
    if (code == '?' || code == ':') ThrowBadOption(code, argv[::optind - 1]);
    SetOption(code, options);
    have_port |= code == kPort;
  }
  if (options.action != Options::Action::kServe) return options;
  if (::optind < argc && !have_port) {
    options.port = ParsePort(argv[::optind++]);
    have_port = true;
  }
  if (::optind < argc)
    throw UsageError("unexpected argument '" + std::string(argv[::optind]) +
                     "'");
  if (!have_port) throw UsageError("Please provide a port number!");
  return options;
}

std::string UsageLine(const StepInfo& step) {
  return "usage: " + std::string(step.name) + " PORT [options]   (--help)";
}

std::string HelpText(const StepInfo& step) {
  std::string text = UsageLine(step) + "\n\n";
  text +=
      "  --port PORT             the same as PORT; 0 picks a free one\n"
      "  --bind ADDRESS          IPv4 or IPv6 address (default 127.0.0.1;\n"
      "                          there is no authentication)\n"
      "  --max-clients N         clients served at once (default " +
      std::to_string(kDefaultMaxClients) +
      ")\n"
      "  --idle-timeout SECONDS  close silent clients (default 0: never)\n";
  if (step.default_threads > 0)
    text += "  --threads N             event loops (default " +
            std::to_string(step.default_threads) + ")\n";
  if (step.default_shards > 0)
    text += "  --shards N              tables with a lock each (default " +
            std::to_string(step.default_shards) + ")\n";
  text +=
      "  --verbose               a line for each client and request\n"
      "  --lab                   allow DEBUG SLEEP seconds [key]\n"
      "  --help, --version";
  return text;
}

}  // namespace stepkv
