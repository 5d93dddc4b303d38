// What the search needs to know of the object whose history it checks.
#ifndef STEPKV_TESTS_LINEARIZABILITY_MODEL_H_
#define STEPKV_TESTS_LINEARIZABILITY_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace stepkv::testing {

// A state of the object, by number: equal states have equal numbers, so the
// search copies, compares and hashes a state for the price of an integer.
using StateId = std::uint32_t;

// Something that is so or not in a state, by number: "key a holds 5". It is
// about one part of the state (a key), and of each part one fact holds.
using FactId = std::uint32_t;

// What a reply proves of its operation, wherever it stands in the order.
struct Evidence {
  std::vector<FactId> needs;  // hold just before it
  std::vector<FactId> makes;  // all that it can bring about, unless
  std::vector<std::size_t> makes_anything_of;  // it can bring about anything
};                                             // of these parts

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

  // A model may know facts, which spare the search hopeless orders. Those of a
  // state stand in the order of its parts; one that no evidence names may have
  // any number from fact_count() on.
  virtual std::size_t fact_count() const { return 0; }
  virtual std::vector<FactId> FactsOf(StateId) const { return {}; }
  virtual Evidence EvidenceOf(std::size_t /*index*/) const { return {}; }
};

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_MODEL_H_
