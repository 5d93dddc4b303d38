#include "tests/linearizability/lookahead.h"

#include <algorithm>

namespace stepkv::testing {

Lookahead::Lookahead(const History& history, const Model& model)
    : model_(model),
      needed_(model.fact_count()),
      makers_(model.fact_count()),
      makers_of_anything_(model.FactsOf(model.Initial()).size()) {
  for (std::size_t i = 0; i < history.size(); ++i) {
    evidence_.push_back(model.EvidenceOf(i));
    Count(i, +1);
  }
}

void Lookahead::Count(std::size_t operation, int change) {
  const Evidence& evidence = evidence_[operation];
  // A fact past all others has no name: no reply of the history needs it.
  auto has_name = [this](FactId fact) { return fact < needed_.size(); };
  for (FactId fact : evidence.needs) {
    if (has_name(fact)) needed_[fact] += change;
  }
  for (FactId fact : evidence.makes) {
    if (has_name(fact)) makers_[fact] += change;
  }
  for (std::size_t part : evidence.makes_anything_of) {
    makers_of_anything_[part] += change;
  }
}

bool Lookahead::Hopeless(StateId from, StateId to, std::size_t operation) {
  if (from == to) return false;
  FactsOf(from);  // may move those of `to`: ask for both before looking
  const std::vector<FactId>& after = FactsOf(to);
  const std::vector<FactId>& before = facts_[from];
  Placed(operation);
  bool hopeless = false;
  for (std::size_t part = 0; part < before.size(); ++part) {
    FactId ended = before[part];
    if (ended == after[part] || ended >= needed_.size()) continue;
    hopeless = hopeless || (needed_[ended] > 0 && makers_[ended] == 0 &&
                            makers_of_anything_[part] == 0);
  }
  TakenBack(operation);
  return hopeless;
}

const std::vector<FactId>& Lookahead::FactsOf(StateId state) {
  if (state >= facts_.size()) facts_.resize(state + 1);
  if (facts_[state].empty()) facts_[state] = model_.FactsOf(state);
  return facts_[state];
}

}  // namespace stepkv::testing
