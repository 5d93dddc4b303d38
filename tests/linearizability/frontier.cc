#include "tests/linearizability/frontier.h"

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_map>
#include <utility>

namespace stepkv::testing {
namespace {

struct Configuration {
  std::vector<std::size_t> early;  // done, but not yet returned; sorted
  StateId state = 0;

  auto operator<=>(const Configuration&) const = default;

  bool Did(std::size_t operation) const {
    return std::ranges::binary_search(early, operation);
  }
  Configuration After(std::size_t operation, StateId next) const {
    Configuration after{early, next};
    after.early.insert(std::ranges::upper_bound(after.early, operation),
                       operation);
    return after;
  }
  Configuration Returned(std::size_t operation) const {
    Configuration after = *this;
    std::erase(after.early, operation);
    return after;
  }
};

class BreadthFirst {
 public:
  BreadthFirst(const History& history, TableModel& model,
               std::size_t max_configurations)
      : history_(history), model_(model), budget_(max_configurations) {
    std::unordered_map<int, std::size_t> last;
    for (std::size_t i = 0; i < history.size(); ++i) {
      auto [found, first] = last.try_emplace(history[i].client, i);
      predecessors_.push_back(first ? i : std::exchange(found->second, i));
      calls_.push_back(i);
      if (!history[i].pending()) result_.returns.push_back(i);
    }
    std::ranges::stable_sort(
        calls_, {}, [&](std::size_t i) { return history[i].invoked_ns; });
    std::ranges::stable_sort(result_.returns, {}, [&](std::size_t i) {
      return history[i].responded_ns;
    });
  }

  Frontiers Run();

 private:
  bool Expand(std::size_t returning);
  void Visit(const Configuration& at);
  std::vector<std::size_t> Candidates(const Configuration& at) const;
  void RecordIfCertain(std::size_t returns, std::int64_t time_ns);

  const History& history_;
  TableModel& model_;
  std::size_t budget_;
  std::vector<std::size_t> predecessors_;  // itself: none
  std::vector<std::size_t> calls_;         // by time
  std::vector<std::size_t> in_flight_;
  std::set<Configuration> frontier_;
  std::set<Configuration> seen_;  // while one return is expanded
  std::vector<Configuration> to_visit_;
  Frontiers result_;
};

Frontiers BreadthFirst::Run() {
  frontier_ = {{{}, model_.Initial()}};
  RecordIfCertain(0, std::numeric_limits<std::int64_t>::min());
  auto next_call = calls_.begin();
  for (std::size_t i = 0; i < result_.returns.size(); ++i) {
    std::size_t returning = result_.returns[i];
    std::int64_t now = history_[returning].responded_ns;
    while (next_call != calls_.end() &&
           history_[*next_call].invoked_ns <= now) {
      in_flight_.push_back(*next_call++);
    }
    if (!Expand(returning)) return std::move(result_);
    if (frontier_.empty()) {
      result_.stuck = returning;
      break;
    }
    std::erase(in_flight_, returning);
    RecordIfCertain(i + 1, now);
  }
  result_.complete = true;
  return std::move(result_);
}

// Lets operations in flight take effect, as few as it takes, until the one
// that returns has. False: over the budget.
bool BreadthFirst::Expand(std::size_t returning) {
  to_visit_.assign(frontier_.begin(), frontier_.end());
  seen_ = std::exchange(frontier_, {});
  while (!to_visit_.empty()) {
    Configuration at = std::move(to_visit_.back());
    to_visit_.pop_back();
    if (at.Did(returning)) {
      frontier_.insert(at.Returned(returning));
    } else {
      if (budget_-- == 0) return false;
      Visit(at);
    }
  }
  return true;
}

void BreadthFirst::Visit(const Configuration& at) {
  auto add = [&](std::size_t operation, StateId next) {
    Configuration after = at.After(operation, next);
    if (seen_.insert(after).second) to_visit_.push_back(std::move(after));
  };
  std::vector<std::size_t> candidates = Candidates(at);
  // As in Search: a read that fits can come next in any order.
  for (std::size_t operation : candidates) {
    if (!model_.ChangesNothing(operation)) continue;
    if (model_.Step(at.state, operation)) return add(operation, at.state);
  }
  for (std::size_t operation : candidates) {
    std::optional<StateId> next = model_.Step(at.state, operation);
    if (next) add(operation, *next);
  }
}

std::vector<std::size_t> BreadthFirst::Candidates(
    const Configuration& at) const {
  std::vector<std::size_t> candidates;
  for (std::size_t operation : in_flight_) {
    std::size_t before = predecessors_[operation];
    bool first = before == operation || at.Did(before) ||
                 std::ranges::find(in_flight_, before) == in_flight_.end();
    if (first && !at.Did(operation)) candidates.push_back(operation);
  }
  return candidates;
}

void BreadthFirst::RecordIfCertain(std::size_t returns, std::int64_t time_ns) {
  if (frontier_.size() != 1) return;
  const Configuration& only = *frontier_.begin();
  result_.certain.push_back({time_ns, only.state, returns, only.early});
}

}  // namespace

Frontiers Advance(const History& history, TableModel& model,
                  std::size_t max_configurations) {
  return BreadthFirst(history, model, max_configurations).Run();
}

}  // namespace stepkv::testing
