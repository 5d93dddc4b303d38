#include "common/options.h"

#include <getopt.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stepkv::testing {
namespace {

constexpr StepInfo kPlain = {.name = "01_plain"};
constexpr StepInfo kRich = {
    .name = "07_rich", .default_threads = 2, .default_shards = 64};

Options Parsed(std::vector<std::string> words, const StepInfo& step = kPlain) {
  words.insert(words.begin(), step.name);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::optind = 0;  // getopt(3): from the start, although it has run before
  return ParseOptions(static_cast<int>(words.size()), argv.data(), step);
}

std::string ErrorOf(std::vector<std::string> words,
                    const StepInfo& step = kPlain) {
  try {
    Parsed(std::move(words), step);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Options, PortIsAWordOrAFlag) {
  EXPECT_EQ(Parsed({"3000"}).port, 3000);
  EXPECT_EQ(Parsed({"--port", "3000"}).port, 3000);
  EXPECT_EQ(Parsed({"--port=3000"}).port, 3000);
  EXPECT_EQ(Parsed({"--verbose", "65535", "--lab"}).port, 65535);
  EXPECT_EQ(Parsed({"0"}).port, 0);
}

TEST(Options, DefaultsExposeNothing) {
  Options options = Parsed({"3000"});
  EXPECT_EQ(options.action, Options::Action::kServe);
  EXPECT_EQ(options.bind, "127.0.0.1");
  EXPECT_EQ(options.max_clients, 10000);
  EXPECT_EQ(options.idle_timeout.count(), 0);
  EXPECT_FALSE(options.lab);
  EXPECT_FALSE(options.verbose);
}

TEST(Options, EachIsTaken) {
  Options options =
      Parsed({"--bind", "::1", "--max-clients", "7", "--idle-timeout", "9",
              "--verbose", "--lab", "--threads", "3", "--shards", "5", "1"},
             kRich);
  EXPECT_EQ(options.bind, "::1");
  EXPECT_EQ(options.max_clients, 7);
  EXPECT_EQ(options.idle_timeout.count(), 9);
  EXPECT_TRUE(options.verbose);
  EXPECT_TRUE(options.lab);
  EXPECT_EQ(options.threads, 3);
  EXPECT_EQ(options.shards, 5);
}

TEST(Options, ThreadsAndShardsAreTheStepsOwn) {
  EXPECT_EQ(Parsed({"1"}, kRich).threads, 2);
  EXPECT_EQ(Parsed({"1"}, kRich).shards, 64);
  EXPECT_EQ(ErrorOf({"--shards", "2", "1"}), "bad option: --shards");
  EXPECT_EQ(ErrorOf({"--threads", "2", "1"}), "bad option: --threads");
}

TEST(Options, HelpAndVersionNeedNoPort) {
  EXPECT_EQ(Parsed({"--help"}).action, Options::Action::kHelp);
  EXPECT_EQ(Parsed({"--version"}).action, Options::Action::kVersion);
}

TEST(Options, APortIsNeeded) {
  EXPECT_EQ(ErrorOf({}), "Please provide a port number!");
  EXPECT_EQ(ErrorOf({"--verbose"}), "Please provide a port number!");
}

TEST(Options, BadPortsAreNamed) {
  for (std::string port : {"", "x", "65536", "-1", "+1", "030", "3000x",
                           " 3000", "0x10", "1e3", "99999999999999999999"}) {
    EXPECT_EQ(ErrorOf({"--port", port}), "bad port '" + port +
                                             "': must be a number from 0 to "
                                             "65535");
  }
}

TEST(Options, ValuesHaveLimits) {
  for (std::string flag : {"--max-clients", "--threads", "--shards"}) {
    EXPECT_NE(ErrorOf({"1", flag, "0"}, kRich), "") << flag;
    EXPECT_NE(ErrorOf({"1", flag, "x"}, kRich), "") << flag;
    EXPECT_NE(ErrorOf({"1", flag, "1000001"}, kRich), "") << flag;
    EXPECT_EQ(ErrorOf({"1", flag, "1"}, kRich), "") << flag;
  }
  EXPECT_EQ(ErrorOf({"1", "--idle-timeout", "0"}), "");
  EXPECT_NE(ErrorOf({"1", "--idle-timeout", "-1"}), "");
}

TEST(Options, WordsThatMakeNoSenseAreNamed) {
  EXPECT_EQ(ErrorOf({"--frob", "1"}), "bad option: --frob");
  EXPECT_EQ(ErrorOf({"1", "--verbose=3"}), "bad option: --verbose=3");
  EXPECT_EQ(ErrorOf({"1", "-x"}), "bad option: -x");
  EXPECT_EQ(ErrorOf({"1", "-xy"}), "bad option: -x");
  EXPECT_EQ(ErrorOf({"--port"}), "option needs a value: --port");
  EXPECT_EQ(ErrorOf({"1", "2"}), "unexpected argument '2'");
  EXPECT_EQ(ErrorOf({"--port", "1", "2"}), "unexpected argument '2'");
}

TEST(Options, HelpNamesEachFlagOfTheStep) {
  for (const char* flag :
       {"--port", "--bind", "--max-clients", "--idle-timeout", "--verbose",
        "--lab", "--help", "--version", "--threads", "--shards"}) {
    EXPECT_NE(HelpText(kRich).find(flag), std::string::npos) << flag;
  }
  EXPECT_EQ(HelpText(kPlain).find("--shards"), std::string::npos);
  EXPECT_EQ(UsageLine(kPlain), "usage: 01_plain PORT [options]   (--help)");
}

}  // namespace
}  // namespace stepkv::testing
