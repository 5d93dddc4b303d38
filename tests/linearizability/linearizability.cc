// Drives a server with concurrent clients and checks that what they were told
// is linearizable. `linearizability --help` says how.
#include <getopt.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/linearizability/checker.h"
#include "tests/linearizability/load.h"
#include "tests/support/server_process.h"

namespace stepkv::testing {
namespace {

enum ExitCode {
  kLinearizable = 0,
  kViolation = 1,
  kUsage = 2,
  kNoVerdict = 3,  // no server, a reply that never came, too many orders
};

constexpr char kHelp[] =
    R"(Usage: linearizability (--server PATH | --redis | --connect HOST:PORT) [...]

Lets concurrent clients loose on a key-value server, over TCP, and looks for
one order of their commands that explains every reply.

  --server PATH        start this binary on a free port; one of the steps
  --server-args "..."  more arguments for it
  --redis              start redis-server
  --connect HOST:PORT  a server that runs; the keys a, b, c, ... are deleted
  --mix MIX            single: commands on one key; multi: on many;
                       table: FLUSHALL and DBSIZE too; all: in turn (with
                       --connect: single and multi in turn)
  --rounds N           histories to record and check (6)
  --clients N          at once (8)
  --operations N       of each client, in each round (500)
  --keys N             that they share, at most 26 (3)
  --depth N            requests in flight of a client, at most (3)
  --seed N             of the clients' choices (1)
  --patience SECONDS   for one reply (20)
  --expect-violation   exit 0 if there is one, 1 if there is none
  --help

Exit code: 0 linearizable; 1 not, and a counter-example is printed; 2 usage;
3 no verdict (no server, a reply that never came, too many orders to try).
)";

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Settings {
  std::string server;
  std::vector<std::string> server_arguments;
  bool redis = false;
  bool connect = false;
  bool expect_violation = false;
  bool help = false;
  std::vector<Mix> mixes;
  int rounds = 6;
  Load load;
};

int Number(const std::string& option, const std::string& text, int least,
           int most) {
  int value = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() ||
      value < least || value > most) {
    throw UsageError("--" + option + ": not a number from " +
                     std::to_string(least) + " to " + std::to_string(most) +
                     ": " + text);
  }
  return value;
}

std::vector<Mix> Mixes(const std::string& name) {
  if (name == "all") return {Mix::kSingle, Mix::kMulti, Mix::kTable};
  for (Mix mix : {Mix::kSingle, Mix::kMulti, Mix::kTable}) {
    if (name == NameOf(mix)) return {mix};
  }
  throw UsageError("--mix: single, multi, table or all, not " + name);
}

void SetAddress(const std::string& text, Settings& settings) {
  std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) {
    throw UsageError("--connect: not HOST:PORT: " + text);
  }
  settings.connect = true;
  settings.load.host = text.substr(0, colon);
  settings.load.port = static_cast<std::uint16_t>(
      Number("connect", text.substr(colon + 1), 1, 65535));
}

std::vector<std::string> Split(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

constexpr int kMany = 1'000'000;

void Apply(const std::string& option, const std::string& value,
           Settings& settings) {
  Load& load = settings.load;
  if (option == "server") settings.server = value;
  if (option == "server-args") settings.server_arguments = Split(value);
  if (option == "redis") settings.redis = true;
  if (option == "connect") SetAddress(value, settings);
  if (option == "mix") settings.mixes = Mixes(value);
  if (option == "rounds") settings.rounds = Number(option, value, 1, kMany);
  if (option == "clients") load.clients = Number(option, value, 1, 1000);
  if (option == "operations") load.operations = Number(option, value, 1, kMany);
  if (option == "keys") load.keys = Number(option, value, 1, kMaxKeys);
  if (option == "depth") load.depth = Number(option, value, 1, 1000);
  if (option == "seed") {
    load.seed = static_cast<std::uint64_t>(Number(option, value, 0, kMany));
  }
  if (option == "patience") {
    load.patience = std::chrono::seconds(Number(option, value, 1, 3600));
  }
  if (option == "expect-violation") settings.expect_violation = true;
  if (option == "help") settings.help = true;
}

Settings ParseArguments(int argc, char** argv) {
  static const option kOptions[] = {
      {"server", required_argument, nullptr, 0},
      {"server-args", required_argument, nullptr, 0},
      {"redis", no_argument, nullptr, 0},
      {"connect", required_argument, nullptr, 0},
      {"mix", required_argument, nullptr, 0},
      {"rounds", required_argument, nullptr, 0},
      {"clients", required_argument, nullptr, 0},
      {"operations", required_argument, nullptr, 0},
      {"keys", required_argument, nullptr, 0},
      {"depth", required_argument, nullptr, 0},
      {"seed", required_argument, nullptr, 0},
      {"patience", required_argument, nullptr, 0},
      {"expect-violation", no_argument, nullptr, 0},
      {"help", no_argument, nullptr, 0},
      {nullptr, 0, nullptr, 0}};
  Settings settings;
  int index = 0;
  for (int found;
       (found = ::getopt_long(argc, argv, "", kOptions, &index)) >= 0;) {
    if (found != 0) throw UsageError("unknown option, or a value is missing");
    Apply(kOptions[index].name, optarg != nullptr ? optarg : "", settings);
  }
  int targets = (settings.server.empty() ? 0 : 1) + (settings.redis ? 1 : 0) +
                (settings.connect ? 1 : 0);
  if (!settings.help && (targets != 1 || optind != argc)) {
    throw UsageError("one of --server, --redis and --connect is needed");
  }
  if (settings.mixes.empty()) {
    settings.mixes = Mixes("all");
    if (settings.connect) settings.mixes.pop_back();  // no FLUSHALL unasked
  }
  return settings;
}

std::optional<ServerProcess> StartServer(const Settings& settings) {
  if (settings.redis) return ServerProcess::StartRedis();
  if (settings.connect) return std::nullopt;
  return ServerProcess::StartStep({.path = settings.server,
                                   .arguments = settings.server_arguments,
                                   .address_space = 0,
                                   .descriptors = 0,
                                   .environment = {}});
}

// One history: recorded, checked, and what is wrong with it printed.
ExitCode CheckRound(const Load& load, const std::string& name) {
  Recording recording = Run(load);
  Report report = Check(recording.history);
  if (report.verdict == Verdict::kViolation) {
    std::printf("%s:\n%s", name.c_str(), report.counter_example.c_str());
    return kViolation;
  }
  for (const std::string& trouble : recording.troubles) {
    std::printf("%s: %s\n", name.c_str(), trouble.c_str());
  }
  if (!recording.troubles.empty()) return kNoVerdict;
  if (report.verdict == Verdict::kUndecided) {
    std::printf(
        "%s: undecided after %zu configurations; try fewer clients, or "
        "a smaller --depth\n",
        name.c_str(), report.configurations);
    return kNoVerdict;
  }
  std::printf(
      "%s: %zu operations, linearizable (%zu parts, %zu configurations)\n",
      name.c_str(), recording.history.size(), report.parts,
      report.configurations);
  return kLinearizable;
}

ExitCode CheckAllRounds(const Settings& settings) {
  std::optional<ServerProcess> server = StartServer(settings);
  for (int round = 0; round < settings.rounds; ++round) {
    auto turn = static_cast<std::size_t>(round);
    Load load = settings.load;
    if (server) load.port = server->port();
    load.mix = settings.mixes[turn % settings.mixes.size()];
    load.seed += turn;
    std::string name = "round " + std::to_string(round + 1) + ", mix " +
                       NameOf(load.mix) + ", seed " + std::to_string(load.seed);
    ExitCode code = CheckRound(load, name);
    std::fflush(stdout);
    if (code != kLinearizable) return code;
  }
  return kLinearizable;
}

int Main(int argc, char** argv) {
  try {
    Settings settings = ParseArguments(argc, argv);
    if (settings.help) {
      std::fputs(kHelp, stdout);
      return kLinearizable;
    }
    ExitCode code = CheckAllRounds(settings);
    if (!settings.expect_violation || code > kViolation) return code;
    std::printf("%s\n", code == kViolation ? "This was expected."
                                           : "A violation was expected.");
    return code == kViolation ? 0 : 1;
  } catch (const UsageError& error) {
    std::fprintf(stderr, "linearizability: %s\n%s", error.what(), kHelp);
    return kUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "linearizability: %s\n", error.what());
    return kNoVerdict;
  }
}

}  // namespace
}  // namespace stepkv::testing

int main(int argc, char** argv) { return stepkv::testing::Main(argc, argv); }
