// What a reader needs to see that a history is not linearizable: a window of a
// few operations, the contents of the table when it opens, and a picture.
#ifndef STEPKV_TESTS_LINEARIZABILITY_COUNTER_EXAMPLE_H_
#define STEPKV_TESTS_LINEARIZABILITY_COUNTER_EXAMPLE_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/linearizability/history.h"
#include "tests/linearizability/search.h"
#include "tests/linearizability/table_model.h"

namespace stepkv::testing {

struct CounterExample {
  // Cut from the whole by steps that keep it a proof: if the whole had a
  // linearization, the window would have one that starts from `before`.
  History window;
  Contents before;
  std::int64_t opens_ns = 0;  // operations called earlier were in flight

  // The operation of the window that returned last. No order explains its
  // reply; whichever of `explainable` it had been, some order would: `order`
  // is one for some of them.
  std::size_t unexplained = 0;
  std::set<std::string> explainable;
  std::vector<std::size_t> order;

  std::size_t history_size = 0;  // operations of the whole
  std::size_t explained = 0;     // returns before the unexplained one
};

// `history` must have no linearization, as `Search` has found.
CounterExample Minimise(const History& history, const SearchResult& found);

// At most 80 columns: a lane for each client, time from left to right, then
// the operations by number, and the verdict.
std::string Draw(const CounterExample& example);

// A raw RESP2 reply as people read it: OK, 5, "text", (nil), ["a" (nil)].
std::string Readable(const std::string& reply);

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_COUNTER_EXAMPLE_H_
