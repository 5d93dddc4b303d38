#include "tests/linearizability/settings.h"

#include <getopt.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <sstream>

namespace stepkv::testing {
namespace {

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
  --expect-violation   exit 0 if there is one, and 1 if there is not
  --expect-stuck       exit 0 if a reply never comes, and 1 if all do
  --help

Exit code: 0 linearizable; 1 not, and a counter-example is printed; 2 usage;
3 a reply never came; 4 no verdict (no server, or too many orders to try).
)";

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
  if (option == "expect-violation") settings.expected = Outcome::kViolation;
  if (option == "expect-stuck") settings.expected = Outcome::kStuck;
  if (option == "help") settings.help = true;
}

}  // namespace

const char* HelpText() { return kHelp; }

Settings ParseSettings(int argc, char** argv) {
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
      {"expect-stuck", no_argument, nullptr, 0},
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

}  // namespace stepkv::testing
