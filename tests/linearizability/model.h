// What the search needs to know of the object whose history it checks.
#ifndef STEPKV_TESTS_LINEARIZABILITY_MODEL_H_
#define STEPKV_TESTS_LINEARIZABILITY_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <optional>

namespace stepkv::testing {

// A state of the object, by number: equal states have equal numbers, so the
// search copies, compares and hashes a state for the price of an integer.
using StateId = std::uint32_t;

// A sequential specification, bound to one history. One thread at a time.
class Model {
 public:
  virtual ~Model() = default;

  // The state in which the history begins.
  virtual StateId Initial() const = 0;

  // Runs operation `index` of the history on `state`. Returns the state after
  // it; nullopt when the specification answers something else than the reply
  // that the history holds. Every reply explains a pending operation.
  virtual std::optional<StateId> Step(StateId state, std::size_t index) = 0;

  // Whether operation `index` leaves every state as it was in which its reply
  // fits: a read, or a write that says it did nothing. False if pending.
  virtual bool ChangesNothing(std::size_t index) const = 0;
};

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_MODEL_H_
