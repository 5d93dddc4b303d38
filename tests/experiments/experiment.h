// The frame of the experiments: each one asks a question of a server, and
// finds an answer that is an order of events, a count, or survival under a
// cap. It is never a time.
#ifndef STEPKV_TESTS_EXPERIMENTS_EXPERIMENT_H_
#define STEPKV_TESTS_EXPERIMENTS_EXPERIMENT_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "tests/experiments/lanes.h"
#include "tests/experiments/subject.h"

namespace stepkv::testing {

enum class Verdict {
  kRed,         // the flaw shows
  kOk,          // it does not
  kNoQuestion,  // this server has not got what the question is about
};

const char* Name(Verdict verdict);  // "RED", "ok", "-"

// An answer to one row of the flaw matrix.
struct Finding {
  std::string row;
  Verdict verdict = Verdict::kNoQuestion;
  std::string evidence;  // half a line: what was counted, or in which order
};

struct Outcome {
  std::vector<Finding> findings;  // one for each of the experiment's rows
  std::size_t choice = 0;         // which prediction came true
  std::string explanation;
};

// A row of the flaw matrix.
struct Row {
  std::string name;
  std::string sentence;  // what the experiment does, and what RED means
};

struct Experiment {
  std::string name;
  std::string first_step;  // where it is seen best, when nobody says where
  std::vector<Row> rows;   // one is named like the experiment, if only one
  std::string question;
  std::vector<std::string> choices;

  // Throws std::exception when it cannot be run.
  Outcome (*run)(Subject& subject, Lanes& lanes);
};

// All experiments, in the order of the flaw matrix.
std::span<const Experiment> AllExperiments();

// One for each file; AllExperiments lists them.
extern const Experiment kIdle;
extern const Experiment kShared;
extern const Experiment kCrowd;
extern const Experiment kSwitches;
extern const Experiment kStall;
extern const Experiment kDeaf;
extern const Experiment kIncr;
extern const Experiment kTorn;
extern const Experiment kCrossed;
extern const Experiment kStop;
extern const Experiment kBalance;

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_EXPERIMENTS_EXPERIMENT_H_
