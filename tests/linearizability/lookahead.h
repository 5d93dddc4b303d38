// Tells early that an order is hopeless: a fact that a later reply needs is
// about to end, and nothing that is left can bring it back.
//
// Without it the search finds out only when it arrives at that reply, and then
// tries every order of what lies between.
#ifndef STEPKV_TESTS_LINEARIZABILITY_LOOKAHEAD_H_
#define STEPKV_TESTS_LINEARIZABILITY_LOOKAHEAD_H_

#include <cstddef>
#include <vector>

#include "tests/linearizability/history.h"
#include "tests/linearizability/model.h"

namespace stepkv::testing {

class Lookahead {
 public:
  Lookahead(const History& history, const Model& model);

  // The search has put an operation into the order, or taken it out again.
  void Placed(std::size_t operation) { Count(operation, -1); }
  void TakenBack(std::size_t operation) { Count(operation, +1); }

  // Whether to put `operation` next, which leads from state `from` to state
  // `to`, leaves some reply without an explanation.
  bool Hopeless(StateId from, StateId to, std::size_t operation);

 private:
  void Count(std::size_t operation, int change);
  const std::vector<FactId>& FactsOf(StateId state);

  const Model& model_;
  std::vector<Evidence> evidence_;  // of each operation
  // Of the operations that are not placed: how many need a fact, can make it,
  // can make anything of a part.
  std::vector<int> needed_;
  std::vector<int> makers_;
  std::vector<int> makers_of_anything_;
  std::vector<std::vector<FactId>> facts_;  // of each state, once asked for
};

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_LOOKAHEAD_H_
