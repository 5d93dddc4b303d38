// conformance: black-box cases over TCP, against any server that declares what
// it is. See README.md.
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "tests/conformance/fixture.h"
#include "tests/conformance/target.h"

namespace stepkv::testing {
namespace {

constexpr char kUsage[] =
    "usage: conformance (--server PATH | --connect HOST:PORT | --redis)\n"
    "                   [--declares echo,store,concurrent] [--gtest_...]\n"
    "  --server PATH        start a step's binary; all cases\n"
    "  --connect HOST:PORT  a server that runs already; its keys are lost\n"
    "  --redis              start redis-server: the suite tests itself\n"
    "  --declares LIST      what the server is (default store,concurrent)\n";

// Registers the cases that apply, and says how many do not and why.
int RegisterCases(const Target& target) {
  int registered = 0;
  std::map<Feature, int> left_out;
  for (const CaseEntry& entry : AllCases()) {
    Needs missing = entry.needs & ~target.features();
    for (Feature feature : kAllFeatures) {
      if ((missing & feature) == 0) continue;
      ++left_out[feature];
      break;
    }
    if (missing != 0) continue;
    ::testing::RegisterTest(entry.suite, entry.name, nullptr, nullptr,
                            entry.file, entry.line, entry.make);
    ++registered;
  }
  std::printf("conformance: %d of %zu cases apply to this server\n", registered,
              AllCases().size());
  for (const auto& [feature, count] : left_out) {
    std::printf("conformance: %d left out: they need %s\n", count,
                Describe(feature));
  }
  return registered;
}

// After the last case the shared server must still end as it should: this is
// where a leak or a race that a sanitizer saw becomes a failure.
class SharedServerEndsWell : public ::testing::Environment {
  void TearDown() override {
    ServerProcess* shared = TheTarget().shared();
    if (shared == nullptr) return;
    shared->Signal(SIGTERM);
    std::optional<int> code = shared->Wait();
    std::string errors = shared->Errors();
    EXPECT_EQ(code.value_or(-1), 0) << "of the shared server\n" << errors;
    EXPECT_EQ(errors.find("runtime error:"), std::string::npos) << errors;
  }
};

int Run(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);  // takes the --gtest_ options
  SetTarget(Target::FromArguments({argv + 1, argv + argc}));
  if (RegisterCases(TheTarget()) == 0) return 1;
  ::testing::AddGlobalTestEnvironment(new SharedServerEndsWell);
  return RUN_ALL_TESTS();
}

}  // namespace
}  // namespace stepkv::testing

int main(int argc, char** argv) {
  try {
    return stepkv::testing::Run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "conformance: %s\n%s", error.what(),
                 stepkv::testing::kUsage);
    return 2;
  }
}
