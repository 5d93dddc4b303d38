// Is a history of table commands linearizable? The front of the checker:
// splits the history by keys, searches each part for a linearization and, when
// one has none, says why in a text for people.
#ifndef STEPKV_TESTS_LINEARIZABILITY_CHECKER_H_
#define STEPKV_TESTS_LINEARIZABILITY_CHECKER_H_

#include <cstddef>
#include <string>

#include "tests/linearizability/history.h"
#include "tests/linearizability/search.h"

namespace stepkv::testing {

struct Report {
  Verdict verdict = Verdict::kLinearizable;
  std::size_t parts = 0;           // that share no key
  std::size_t configurations = 0;  // visited in all of them
  std::string counter_example;     // for a violation: text, 80 columns
  std::size_t window = 0;          // operations in it
};

// The table must have been empty, as far as the keys of the history go, when
// it began. Throws std::invalid_argument for a command that runs on no table.
// With several violations, the one whose reply came first is reported.
Report Check(const History& history,
             std::size_t max_configurations = kDefaultMaxConfigurations);

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_CHECKER_H_
