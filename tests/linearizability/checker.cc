#include "tests/linearizability/checker.h"

#include <optional>
#include <utility>
#include <vector>

#include "tests/linearizability/counter_example.h"
#include "tests/linearizability/table_model.h"

namespace stepkv::testing {
namespace {

std::int64_t TimeOf(const CounterExample& example) {
  return example.window[example.unexplained].responded_ns;
}

}  // namespace

Report Check(const History& history, std::size_t max_configurations) {
  Report report;
  std::optional<CounterExample> first;
  for (const std::vector<std::size_t>& members : Partition(history)) {
    History part;
    for (std::size_t i : members) part.push_back(history[i]);
    TableModel model(part);
    SearchResult found = Search(part, model, max_configurations);
    ++report.parts;
    report.configurations += found.configurations;
    if (found.verdict == Verdict::kUndecided) {
      report.verdict = Verdict::kUndecided;
    } else if (found.verdict == Verdict::kViolation) {
      CounterExample example = Minimise(part, found);
      if (!first || TimeOf(example) < TimeOf(*first)) first = example;
    }
  }
  if (first) {  // whatever the undecided parts are, the whole is wrong
    report.verdict = Verdict::kViolation;
    report.counter_example = Draw(*first);
    report.window = first->window.size();
  }
  return report;
}

}  // namespace stepkv::testing
