// Every configuration that a history allows, moment by moment.
//
// Where `Search` follows one order to its end, this keeps all of them side by
// side and advances from return to return (Lowe's just-in-time search, breadth
// first). Dearer, and worth it once there is a violation: it says where the
// state was certain, so that what came before need not be shown.
#ifndef STEPKV_TESTS_LINEARIZABILITY_FRONTIER_H_
#define STEPKV_TESTS_LINEARIZABILITY_FRONTIER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tests/linearizability/history.h"
#include "tests/linearizability/table_model.h"

namespace stepkv::testing {

// A moment, just after a return, when everything that the clients had seen
// left one possible state: every order that explains the replies so far leads
// to it, with the same operations done.
struct CertainMoment {
  std::int64_t time_ns = 0;  // of the return; the least for the very start
  StateId state = 0;
  std::size_t returns = 0;         // operations that have returned
  std::vector<std::size_t> early;  // done, but not yet returned
};

struct Frontiers {
  // False: the limit was reached, and what follows is a beginning only.
  bool complete = false;

  // The operations with a reply, in the order of their returns.
  std::vector<std::size_t> returns;

  // In order of time; the first is the start of the history.
  std::vector<CertainMoment> certain;

  // As SearchResult::stuck; nothing when there is a linearization.
  std::optional<std::size_t> stuck;
};

Frontiers Advance(const History& history, TableModel& model,
                  std::size_t max_configurations);

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_FRONTIER_H_
