// experiment NAME [--server PATH] [--lab LAB] [--yes] [--expect VERDICTS]
//
// Asks the reader for a prediction, runs one experiment against a server,
// draws what happened, explains it, and ends with a line for each verdict:
//   RED  idle  01_echo: B was answered only after A had left
//
// Exit codes: 0: it ran, whatever the verdict; 1: it could not be run, or the
// verdicts are not those of --expect; 2: the command line makes no sense.
#include <getopt.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/experiments/experiment.h"

namespace stepkv::testing {

const char* Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRed:
      return "RED";
    case Verdict::kOk:
      return "ok";
    case Verdict::kNoQuestion:
      return "-";
  }
  return "?";
}

std::span<const Experiment> AllExperiments() {
  static const std::vector<Experiment> all{
      kIdle, kShared, kCrowd,   kSwitches, kStall,  kDeaf,
      kIncr, kTorn,   kCrossed, kStop,     kBalance};
  return all;
}

namespace {

constexpr int kExitFailure = 1;
constexpr int kExitUsage = 2;

constexpr char kUsage[] =
    "usage: experiment NAME [--server PATH] [--lab LAB] [--yes]\n"
    "                  [--expect VERDICT[,VERDICT]]\n"
    "       experiment --list | --rows | --help\n";

struct CommandLine {
  std::string name;
  std::string server;
  std::string lab;
  std::optional<std::string> expected;
  bool yes = false;
};

// At most 80 columns, at blanks; line breaks of the text are kept.
std::string Wrapped(const std::string& text) {
  constexpr std::size_t kWidth = 78;
  std::ostringstream wrapped;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    while (line.size() > kWidth && line.find(' ') < kWidth) {
      std::size_t blank = line.rfind(' ', kWidth);
      wrapped << line.substr(0, blank) << '\n';
      line.erase(0, blank + 1);
    }
    wrapped << line << '\n';
  }
  return wrapped.str();
}

const Experiment* Find(const std::string& name) {
  for (const Experiment& experiment : AllExperiments()) {
    if (experiment.name == name) return &experiment;
    for (const Row& row : experiment.rows) {
      if (row.name == name) return &experiment;
    }
  }
  return nullptr;
}

void PrintList() {
  std::cout << "./run experiment NAME [NN]   plays one of these against step "
               "NN\n\n";
  for (const Experiment& experiment : AllExperiments()) {
    std::printf("  %-9s best seen in %s\n", experiment.name.c_str(),
                experiment.first_step.substr(0, 2).c_str());
    for (const Row& row : experiment.rows) {
      std::istringstream lines(Wrapped(row.sentence));
      for (std::string line; std::getline(lines, line);) {
        std::cout << "            " << line << '\n';
      }
    }
  }
}

// For programs: experiment, row and sentence, separated by tabs.
void PrintRows() {
  for (const Experiment& experiment : AllExperiments()) {
    for (const Row& row : experiment.rows) {
      std::cout << experiment.name << '\t' << row.name << '\t' << row.sentence
                << '\n';
    }
  }
}

// A lab's binary stands beside those of the steps, as lab_NN_NAME. The step
// that was asked for comes first: two steps may have labs of one name.
std::string LabBinary(const std::filesystem::path& folder,
                      const std::string& step, const std::string& lab) {
  auto own = folder / ("lab_" + step.substr(0, 2) + "_" + lab);
  if (std::filesystem::exists(own)) return own;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::string name = entry.path().filename();
    if (name.starts_with("lab_") && name.ends_with("_" + lab) &&
        name.size() == lab.size() + std::string("lab_NN_").size())
      return entry.path();
  }
  throw std::runtime_error("there is no lab '" + lab + "' in " +
                           folder.string());
}

std::string ServerBinary(const CommandLine& line, const Experiment& which,
                         const std::filesystem::path& own_binary) {
  std::filesystem::path server =
      line.server.empty() ? own_binary.parent_path() / which.first_step
                          : std::filesystem::path(line.server);
  if (!line.lab.empty())
    return LabBinary(server.parent_path(), server.filename(), line.lab);
  if (!std::filesystem::exists(server))
    throw std::runtime_error("there is no server " + server.string());
  return server;
}

// The reader's choice; nullopt: none was made.
std::optional<std::size_t> AskForPrediction(const Experiment& experiment) {
  std::cout << "\nYour prediction (1 to " << experiment.choices.size()
            << ", Enter for none): " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer) || answer.size() != 1)
    return std::nullopt;
  auto choice = static_cast<std::size_t>(answer[0] - '1');
  return choice < experiment.choices.size() ? std::optional(choice)
                                            : std::nullopt;
}

void PrintQuestion(const Experiment& experiment) {
  std::cout << '\n' << Wrapped(experiment.question);
  for (std::size_t i = 0; i < experiment.choices.size(); ++i) {
    std::cout << "  " << i + 1 << "  " << experiment.choices[i] << '\n';
  }
}

void PrintPrediction(const Experiment& experiment, std::size_t choice,
                     std::optional<std::size_t> predicted) {
  std::cout << "\nIt was " << choice + 1 << ": " << experiment.choices[choice]
            << ".\n";
  if (predicted && *predicted == choice) std::cout << "As you said.\n";
  if (predicted && *predicted != choice)
    std::cout << "You had said " << *predicted + 1 << ".\n";
}

void PrintFinding(const Finding& finding, const std::string& server) {
  std::string text = std::string(Name(finding.verdict)) + "  " + finding.row +
                     "  " + server + ": " + finding.evidence;
  std::cout << text << '\n';
}

// Only what was asked for: `stall-key` names one row of the experiment stall.
void KeepAskedRow(const std::string& name, const Experiment& experiment,
                  Outcome& outcome) {
  if (name == experiment.name) return;
  std::erase_if(outcome.findings, [&name](const Finding& finding) {
    return finding.row != name;
  });
}

bool IsExpected(const Outcome& outcome, const std::string& expected) {
  std::string verdicts;
  for (const Finding& finding : outcome.findings) {
    verdicts += (verdicts.empty() ? "" : ",");
    verdicts += Name(finding.verdict);
  }
  if (verdicts != expected)
    std::cerr << "experiment: expected " << expected << ", found " << verdicts
              << '\n';
  return verdicts == expected;
}

int Play(const Experiment& experiment, const CommandLine& line,
         const std::filesystem::path& own_binary) {
  Subject subject(ServerBinary(line, experiment, own_binary));
  std::cout << "Experiment " << line.name << ", server " << subject.name()
            << '\n';
  PrintQuestion(experiment);
  std::optional<std::size_t> predicted;
  if (!line.yes) predicted = AskForPrediction(experiment);
  Lanes lanes;
  Outcome outcome = experiment.run(subject, lanes);
  std::cout << '\n' << lanes.Draw();
  PrintPrediction(experiment, outcome.choice, predicted);
  std::cout << '\n' << Wrapped(outcome.explanation) << '\n';
  KeepAskedRow(line.name, experiment, outcome);
  for (const Finding& finding : outcome.findings) {
    PrintFinding(finding, subject.name());
  }
  std::cout << std::flush;
  return line.expected && !IsExpected(outcome, *line.expected) ? kExitFailure
                                                               : 0;
}

int Usage(const std::string& why) {
  std::cerr << "experiment: " << why << '\n' << kUsage;
  return kExitUsage;
}

int Main(int argc, char** argv) {
  enum : int { kServer = 256, kLab, kYes, kExpect, kList, kRows, kHelp };
  const option options[] = {{"server", required_argument, nullptr, kServer},
                            {"lab", required_argument, nullptr, kLab},
                            {"yes", no_argument, nullptr, kYes},
                            {"expect", required_argument, nullptr, kExpect},
                            {"list", no_argument, nullptr, kList},
                            {"rows", no_argument, nullptr, kRows},
                            {"help", no_argument, nullptr, kHelp},
                            {nullptr, 0, nullptr, 0}};
  CommandLine line;
  for (int code;
       (code = ::getopt_long(argc, argv, "", options, nullptr)) != -1;) {
    switch (code) {
      case kServer:
        line.server = ::optarg;
        break;
      case kLab:
        line.lab = ::optarg;
        break;
      case kYes:
        line.yes = true;
        break;
      case kExpect:
        line.expected = ::optarg;
        break;
      case kList:
        PrintList();
        return 0;
      case kRows:
        PrintRows();
        return 0;
      case kHelp:
        std::cout << kUsage;
        return 0;
      default:
        std::cerr << kUsage;
        return kExitUsage;
    }
  }
  if (argc == 1) {
    PrintList();
    return 0;
  }
  if (::optind + 1 != argc) return Usage("name one experiment (see --list)");
  line.name = argv[::optind];
  const Experiment* experiment = Find(line.name);
  if (experiment == nullptr)
    return Usage("there is no experiment '" + line.name + "' (see --list)");
  try {
    return Play(*experiment, line, std::filesystem::path(argv[0]));
  } catch (const std::exception& error) {
    std::cout << std::flush;
    std::cerr << "experiment: could not be run: " << error.what() << '\n';
    return kExitFailure;
  }
}

}  // namespace
}  // namespace stepkv::testing

int main(int argc, char** argv) { return stepkv::testing::Main(argc, argv); }
