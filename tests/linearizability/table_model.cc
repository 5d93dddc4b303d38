#include "tests/linearizability/table_model.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>
#include <utility>

#include "common/request.h"

namespace stepkv::testing {
namespace {

// Sets of operations that share keys, joined as they turn out to touch.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t size) : parents_(size) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
  }
  std::size_t Root(std::size_t i) {
    while (parents_[i] != i) i = parents_[i] = parents_[parents_[i]];
    return i;
  }
  // The smaller root wins, so a set is known by its first member.
  void Join(std::size_t a, std::size_t b) {
    a = Root(a);
    b = Root(b);
    parents_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parents_;
};

}  // namespace

OperationCommand::OperationCommand(const Operation& operation)
    : words_(operation.words.begin(), operation.words.end()) {
  if (words_.empty()) throw std::invalid_argument("an operation has no words");
  ByteBuffer error;
  ReplyWriter replies(error, Dialect::kResp2);
  std::optional<Command> command =
      ResolveCommand({Dialect::kResp2, words_}, replies);
  if (!command || command->spec->access == Access::kSession) {
    throw std::invalid_argument("not a command on a table: " +
                                operation.words[0]);
  }
  command_ = *command;
}

Footprint FootprintOf(const Operation& operation) {
  OperationCommand resolved(operation);
  const Command& command = resolved.command();
  Footprint footprint;
  footprint.all = command.key_count() == 0;
  for (std::size_t i = 0; i < command.key_count(); ++i) {
    footprint.keys.emplace_back(command.key(i));
  }
  return footprint;
}

bool ShowsNoChange(const Operation& operation) {
  if (operation.pending()) return false;
  OperationCommand resolved(operation);
  if (!resolved.command().is_write()) return true;
  if (operation.reply.starts_with('-')) return true;
  switch (resolved.command().id()) {
    case CommandId::kDel:
    case CommandId::kSetNx:
    case CommandId::kMSetNx:
      return operation.reply == ":0\r\n";
    case CommandId::kGetDel:
      return operation.reply == "$-1\r\n";
    default:
      return false;
  }
}

std::vector<std::vector<std::size_t>> Partition(const History& history) {
  DisjointSets sets(history.size());
  std::unordered_map<std::string, std::size_t> first_user;
  bool whole = false;
  for (std::size_t i = 0; i < history.size(); ++i) {
    Footprint footprint = FootprintOf(history[i]);
    whole = whole || footprint.all;
    for (const std::string& key : footprint.keys) {
      sets.Join(i, first_user.try_emplace(key, i).first->second);
    }
  }
  std::map<std::size_t, std::vector<std::size_t>> parts;
  for (std::size_t i = 0; i < history.size(); ++i) {
    parts[whole ? 0 : sets.Root(i)].push_back(i);
  }
  std::vector<std::vector<std::size_t>> result;
  for (auto& [root, members] : parts) result.push_back(std::move(members));
  return result;
}

TableModel::TableModel(const History& history, const Contents& initial)
    : history_(history) {
  NameKeys(history, initial);
  Values values(keys_.size());
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    auto found = initial.find(keys_[i]);
    if (found != initial.end()) values[i] = found->second;
  }
  loaded_.resize(keys_.size());
  initial_ = InternState(std::move(values));
  commands_.reserve(history.size());
  for (const Operation& operation : history) {
    commands_.emplace_back(operation);
    expected_.push_back(InternReply(operation.reply));
    any_reply_.push_back(operation.pending());
    changes_nothing_.push_back(ShowsNoChange(operation));
  }
  NameFacts(history);
}

void TableModel::NameKeys(const History& history, const Contents& initial) {
  std::set<std::string> keys;
  for (const Operation& operation : history) {
    Footprint footprint = FootprintOf(operation);
    keys.insert(footprint.keys.begin(), footprint.keys.end());
  }
  for (const auto& [key, value] : initial) keys.insert(key);
  keys_.assign(keys.begin(), keys.end());
}

void TableModel::NameFacts(const History& history) {
  auto name = [this](std::size_t key, const Value& value) {
    facts_.try_emplace({key, value}, static_cast<FactId>(facts_.size()));
  };
  for (std::size_t key = 0; key < keys_.size(); ++key) name(key, std::nullopt);
  for (const Operation& operation : history) {
    KeyEvidence evidence = KeyEvidenceOf(operation);
    for (const auto& [key, value] : evidence.needs) {
      name(KeyNumber(key), value);
    }
    for (const auto& [key, value] : evidence.makes) {
      name(KeyNumber(key), value);
    }
  }
}

std::size_t TableModel::KeyNumber(std::string_view key) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(keys_, key) -
                                  keys_.begin());
}

// A value that no evidence names: the number past all others.
FactId TableModel::FactNumber(std::size_t key, const Value& value) const {
  auto found = facts_.find({key, value});
  return found != facts_.end() ? found->second
                               : static_cast<FactId>(facts_.size());
}

std::vector<FactId> TableModel::FactsOf(StateId state) const {
  std::vector<FactId> facts;
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    facts.push_back(FactNumber(key, states_[state][key]));
  }
  return facts;
}

Evidence TableModel::EvidenceOf(std::size_t index) const {
  // Without its reply an operation proves the least and can do the most.
  Operation operation = history_[index];
  if (any_reply_[index]) operation.reply.clear();
  if (any_reply_[index]) operation.responded_ns = kNeverNs;
  KeyEvidence found = KeyEvidenceOf(operation);
  Evidence evidence;
  for (const auto& [key, value] : found.needs) {
    evidence.needs.push_back(FactNumber(KeyNumber(key), value));
  }
  for (const auto& [key, value] : found.makes) {
    evidence.makes.push_back(FactNumber(KeyNumber(key), value));
  }
  for (const std::string& key : found.makes_anything_of) {
    evidence.makes_anything_of.push_back(KeyNumber(key));
  }
  for (std::size_t key = 0; found.makes_all_missing && key < keys_.size();
       ++key) {
    evidence.makes.push_back(FactNumber(key, std::nullopt));
  }
  return evidence;
}

void TableModel::AcceptAnyReply(std::size_t index) {
  any_reply_[index] = true;
  changes_nothing_[index] = false;
}

std::optional<StateId> TableModel::Step(StateId state, std::size_t index) {
  Outcome outcome = Run(state, index);
  if (!any_reply_[index] && outcome.reply != expected_[index]) {
    return std::nullopt;
  }
  return outcome.next;
}

const std::string& TableModel::Reply(StateId state, std::size_t index) {
  return replies_[Run(state, index).reply];
}

Contents TableModel::ContentsOf(StateId state) const {
  Contents contents;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const std::optional<std::string>& value = states_[state][i];
    if (value) contents.emplace(keys_[i], *value);
  }
  return contents;
}

TableModel::Outcome TableModel::Run(StateId state, std::size_t index) {
  std::uint64_t question = std::uint64_t{index} << 32 | state;
  auto known = outcomes_.find(question);
  if (known != outcomes_.end()) return known->second;
  Load(state);
  ByteBuffer out;
  ReplyWriter replies(out, Dialect::kResp2);
  table_.Apply(commands_[index].command(), replies);
  loaded_ = ReadTable();
  Outcome outcome{InternState(loaded_), InternReply(out.View())};
  outcomes_.emplace(question, outcome);
  return outcome;
}

// Only what differs is written: neighbours in the search differ in one key.
void TableModel::Load(StateId state) {
  const Values& wanted = states_[state];
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (loaded_[i] == wanted[i]) continue;
    wanted[i] ? table_.Set(keys_[i], *wanted[i]) : void(table_.Erase(keys_[i]));
  }
  loaded_ = wanted;
}

TableModel::Values TableModel::ReadTable() {
  Values values;
  for (const std::string& key : keys_) {
    const std::string* value = table_.Find(key);
    values.push_back(value ? std::optional(*value) : std::nullopt);
  }
  return values;
}

StateId TableModel::InternState(Values values) {
  std::string name;  // lengths and bytes: no two states share one
  for (const std::optional<std::string>& value : values) {
    name += value ? std::to_string(value->size()) + ':' + *value : "-";
  }
  auto next = static_cast<StateId>(states_.size());
  auto [found, is_new] = state_numbers_.try_emplace(std::move(name), next);
  if (is_new) states_.push_back(std::move(values));
  return found->second;
}

std::uint32_t TableModel::InternReply(std::string_view reply) {
  auto next = static_cast<std::uint32_t>(replies_.size());
  auto [found, is_new] = reply_numbers_.try_emplace(std::string(reply), next);
  if (is_new) replies_.emplace_back(reply);
  return found->second;
}

}  // namespace stepkv::testing
