// Drives a server with concurrent clients and checks that what they were told
// is linearizable. `linearizability --help` says how.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "tests/linearizability/checker.h"
#include "tests/linearizability/load.h"
#include "tests/linearizability/settings.h"
#include "tests/support/server_process.h"

namespace stepkv::testing {
namespace {

std::optional<ServerProcess> StartServer(const Settings& settings) {
  if (settings.redis) return ServerProcess::StartRedis();
  if (settings.connect) return std::nullopt;
  return ServerProcess::StartStep({.path = settings.server,
                                   .arguments = settings.server_arguments,
                                   .address_space = 0,
                                   .descriptors = 0,
                                   .environment = {}});
}

// A violation among fewer clients is easier to read: a few small rounds of the
// same mix look for one. Not finding any changes nothing.
Report EasierToRead(Load load, Report report) {
  constexpr int kRounds = 30;
  constexpr std::size_t kEasy = 3;  // operations
  load.clients = std::min(load.clients, 4);
  load.operations = std::min(load.operations, 200);
  load.depth = 1;
  for (int i = 0; i < kRounds && report.window > kEasy; ++i) {
    ++load.seed;
    Recording recording = Run(load);
    if (!recording.troubles.empty()) break;
    Report other = Check(recording.history);
    if (other.verdict == Verdict::kViolation && other.window < report.window) {
      report = std::move(other);
    }
  }
  return report;
}

// One history: recorded, checked, and what is wrong with it printed.
Outcome CheckRound(const Load& load) {
  Recording recording = Run(load);
  Report report = Check(recording.history);
  std::size_t operations = recording.history.size();
  if (report.verdict == Verdict::kViolation) {
    std::printf("%zu operations, not linearizable\n\n%s", operations,
                EasierToRead(load, report).counter_example.c_str());
    return Outcome::kViolation;
  }
  if (!recording.troubles.empty()) {
    std::printf("%zu operations, and not all were answered\n", operations);
    for (const std::string& trouble : recording.troubles) {
      std::printf("  %s\n", trouble.c_str());
    }
    return Outcome::kStuck;
  }
  if (report.verdict == Verdict::kUndecided) {
    std::printf(
        "undecided after %zu configurations: try fewer clients, or a "
        "smaller --depth\n",
        report.configurations);
    return Outcome::kUndecided;
  }
  std::printf(
      "%zu operations, linearizable (parts: %zu, configurations: %zu)\n",
      operations, report.parts, report.configurations);
  return Outcome::kLinearizable;
}

Outcome CheckAllRounds(const Settings& settings) {
  std::optional<ServerProcess> server = StartServer(settings);
  for (int round = 0; round < settings.rounds; ++round) {
    auto turn = static_cast<std::size_t>(round);
    Load load = settings.load;
    if (server) load.port = server->port();
    load.mix = settings.mixes[turn % settings.mixes.size()];
    load.seed += turn;
    std::printf("round %d, mix %s, seed %llu: ", round + 1,
                NameOf(load.mix).c_str(),
                static_cast<unsigned long long>(load.seed));
    Outcome outcome = CheckRound(load);
    std::fflush(stdout);
    if (outcome != Outcome::kLinearizable) return outcome;
  }
  return Outcome::kLinearizable;
}

int ExitCode(Outcome outcome, Outcome expected) {
  if (expected == Outcome::kLinearizable) return static_cast<int>(outcome);
  std::printf(outcome == expected ? "This was expected.\n"
                                  : "This was not expected.\n");
  return outcome == expected ? 0 : 1;
}

int Main(int argc, char** argv) {
  try {
    Settings settings = ParseSettings(argc, argv);
    if (settings.help) {
      std::fputs(HelpText(), stdout);
      return 0;
    }
    return ExitCode(CheckAllRounds(settings), settings.expected);
  } catch (const UsageError& error) {
    std::fprintf(stderr, "linearizability: %s\n%s", error.what(), HelpText());
    return kUsageExitCode;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "linearizability: %s\n", error.what());
    return static_cast<int>(Outcome::kUndecided);
  }
}

}  // namespace
}  // namespace stepkv::testing

int main(int argc, char** argv) { return stepkv::testing::Main(argc, argv); }
