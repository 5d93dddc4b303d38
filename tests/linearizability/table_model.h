// The sequential specification itself, `Table`, as the model of a history.
#ifndef STEPKV_TESTS_LINEARIZABILITY_TABLE_MODEL_H_
#define STEPKV_TESTS_LINEARIZABILITY_TABLE_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/byte_buffer.h"
#include "common/command.h"
#include "common/table.h"
#include "tests/linearizability/history.h"
#include "tests/linearizability/model.h"

namespace stepkv::testing {

// What a table holds; keys that are not there are missing in it.
using Contents = std::map<std::string, std::string>;

// The command of an operation, whose words must outlive it. Throws
// std::invalid_argument when it is not a command that runs on a table.
class OperationCommand {
 public:
  explicit OperationCommand(const Operation& operation);
  OperationCommand(OperationCommand&&) = default;  // words_ stay where they are
  const Command& command() const { return command_; }

 private:
  std::vector<std::string_view> words_;
  Command command_;
};

// Runs each command of the history at most once on each state that the search
// meets it in: `Table` works out the reply and the next state, and both are
// remembered by number. The history must outlive the model.
class TableModel : public Model {
 public:
  // All keys that the history names are those of `initial` or missing at the
  // start. Throws as OperationCommand does.
  explicit TableModel(const History& history, const Contents& initial = {});

  StateId Initial() const override { return initial_; }
  // From now on every reply explains operation `index`, as if it were pending;
  // yet it has returned. Before any search.
  void AcceptAnyReply(std::size_t index);

  std::optional<StateId> Step(StateId state, std::size_t index) override;
  bool ChangesNothing(std::size_t index) const override {
    return changes_nothing_[index];
  }

  std::size_t fact_count() const override { return facts_.size(); }
  std::vector<FactId> FactsOf(StateId state) const override;
  Evidence EvidenceOf(std::size_t index) const override;

  // What the table answers to operation `index` in `state`, as raw RESP2.
  const std::string& Reply(StateId state, std::size_t index);

  Contents ContentsOf(StateId state) const;

  // States met so far: they are numbered from 0.
  StateId states() const { return static_cast<StateId>(states_.size()); }

 private:
  using Value = std::optional<std::string>;  // nullopt: a missing key
  using Values = std::vector<Value>;         // one for each key

  struct Outcome {
    StateId next;
    std::uint32_t reply;
  };

  std::size_t KeyNumber(std::string_view key) const;
  FactId FactNumber(std::size_t key, const Value& value) const;
  void NameFacts(const History& history);
  void NameKeys(const History& history, const Contents& initial);
  Outcome Run(StateId state, std::size_t index);
  void Load(StateId state);
  Values ReadTable();
  StateId InternState(Values values);
  std::uint32_t InternReply(std::string_view reply);

  const History& history_;
  std::vector<OperationCommand> commands_;  // one for each operation
  std::vector<std::string> keys_;           // sorted
  StateId initial_;
  Table table_;
  Values loaded_;  // what table_ holds
  std::vector<Values> states_;
  std::unordered_map<std::string, StateId> state_numbers_;
  std::vector<std::string> replies_;
  std::unordered_map<std::string, std::uint32_t> reply_numbers_;
  std::vector<std::uint32_t> expected_;  // each operation's reply, by number
  std::vector<bool> any_reply_;          // each operation: explains it
  std::vector<bool> changes_nothing_;    // each operation
  std::map<std::pair<std::size_t, Value>, FactId> facts_;
  std::unordered_map<std::uint64_t, Outcome> outcomes_;
};

// What an operation's reply says of the keys just before it, and what it may
// make of them. A value that is not there: the key is missing.
struct KeyEvidence {
  using Holds = std::pair<std::string, std::optional<std::string>>;
  std::vector<Holds> needs;
  std::vector<Holds> makes;
  std::vector<std::string> makes_anything_of;
  bool makes_all_missing = false;  // of the whole table
};
KeyEvidence KeyEvidenceOf(const Operation& operation);

// Whether the reply shows that the operation changed nothing; false while it is
// pending. Taking such an operation out of a history that has a linearization
// leaves one that has.
bool ShowsNoChange(const Operation& operation);

// The keys that an operation touches; `all` for a command on the whole table.
struct Footprint {
  bool all = false;
  std::vector<std::string> keys;
};
Footprint FootprintOf(const Operation& operation);

// Splits a history into parts that share no key, one key each where every
// command has one key. A history is linearizable exactly when each part is
// (Herlihy and Wing's locality). Each part holds indices, in order.
std::vector<std::vector<std::size_t>> Partition(const History& history);

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_TABLE_MODEL_H_
