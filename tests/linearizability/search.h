// The search for a linearization: an order of the operations of a history that
// keeps their order in time and that the model explains, reply by reply.
//
// Wing and Gong's depth-first search with Lowe's improvements: calls and
// returns in a doubly linked list from which an operation is lifted in
// constant time, a cache of the configurations seen (which operations are in
// the order, and the state they led to), and operations placed just in time:
// the one whose reply came first is tried first. `Lookahead` is our own, after
// Gibbons and Korach. README.md names the papers.
#ifndef STEPKV_TESTS_LINEARIZABILITY_SEARCH_H_
#define STEPKV_TESTS_LINEARIZABILITY_SEARCH_H_

#include <cstddef>
#include <vector>

#include "tests/linearizability/history.h"
#include "tests/linearizability/model.h"

namespace stepkv::testing {

enum class Verdict {
  kLinearizable,
  kViolation,
  kUndecided,  // the limit on configurations was reached first
};

// About 400 MB of cache.
inline constexpr std::size_t kDefaultMaxConfigurations = 8'000'000;

struct SearchResult {
  Verdict verdict = Verdict::kUndecided;

  // The linearization; for a violation, the order that got furthest. Indices
  // into the history. Pending operations need not be in it.
  std::vector<std::size_t> order;

  // For a violation: the operation whose return no order got past. All that
  // returned before it has a linearization. (More may have: an order that
  // cannot explain the replies yet to come is given up.)
  std::size_t stuck = 0;

  std::size_t configurations = 0;  // different ones visited
};

// `model` must be bound to `history`.
SearchResult Search(const History& history, Model& model,
                    std::size_t max_configurations = kDefaultMaxConfigurations);

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_SEARCH_H_
