#include "tests/linearizability/search.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "tests/linearizability/lookahead.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// Mixes a counter into 64 bits that look random (SplitMix64, Steele 2014).
std::uint64_t Mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// 128 bits that stand for a set of operations, or for a configuration. A set's
// fingerprint is the exclusive or of its members', so adding and taking away
// are one step however large the set. Two configurations in 10^7 share one
// with a probability below 10^-24: we keep fingerprints, not sets.
struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  static Fingerprint Of(std::uint64_t value) {
    return {Mix(2 * value), Mix(2 * value + 1)};
  }
  Fingerprint operator^(const Fingerprint& other) const {
    return {high ^ other.high, low ^ other.low};
  }
  bool operator==(const Fingerprint&) const = default;
};

struct FingerprintHash {
  std::size_t operator()(const Fingerprint& f) const { return f.low; }
};

// The calls and returns of a history in the order of time, linked so that an
// operation is lifted out and put back in constant time. Entry i is the call
// of operation i, entry n + i its return; a pending operation has no return.
class EntryList {
 public:
  explicit EntryList(const History& history)
      : operations_(history.size()),
        next_(2 * operations_ + 1),
        previous_(2 * operations_ + 1),
        position_(2 * operations_ + 1) {
    std::vector<std::size_t> entries;
    for (std::size_t i = 0; i < operations_; ++i) {
      entries.push_back(i);
      if (!history[i].pending()) entries.push_back(operations_ + i);
    }
    // Calls before returns of the same moment: operations that touch in time
    // overlap. Otherwise as they stand, so a client's keep their order.
    auto key = [&](std::size_t entry) {
      const Operation& operation = history[OperationOf(entry)];
      return std::tuple(
          IsReturn(entry) ? operation.responded_ns : operation.invoked_ns,
          entry);
    };
    std::ranges::sort(entries, {}, key);
    entries.push_back(head());  // closes the ring
    std::size_t last = head();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      position_[entries[i]] = i;
      Link(last, entries[i]);
      last = entries[i];
    }
  }

  std::size_t head() const { return 2 * operations_; }
  std::size_t Next(std::size_t entry) const { return next_[entry]; }
  bool IsReturn(std::size_t entry) const {
    return entry >= operations_ && entry != head();
  }
  std::size_t OperationOf(std::size_t entry) const {
    return entry % operations_;
  }

  // Where the return of an operation stands among all entries; past all of
  // them for a pending one.
  std::size_t ReturnPosition(const History& history, std::size_t i) const {
    return history[i].pending() ? kNone : position_[operations_ + i];
  }

  void Lift(std::size_t operation, bool pending) {
    Unlink(operation);
    if (!pending) Unlink(operations_ + operation);
  }

  // Undoes the last Lift that has not been undone.
  void PutBack(std::size_t operation, bool pending) {
    if (!pending) Relink(operations_ + operation);
    Relink(operation);
  }

 private:
  void Link(std::size_t a, std::size_t b) {
    next_[a] = b;
    previous_[b] = a;
  }
  void Unlink(std::size_t entry) { Link(previous_[entry], next_[entry]); }
  void Relink(std::size_t entry) {
    next_[previous_[entry]] = entry;
    previous_[next_[entry]] = entry;
  }

  std::size_t operations_;
  std::vector<std::size_t> next_;
  std::vector<std::size_t> previous_;
  std::vector<std::size_t> position_;
};

// The operation that each operation's client sent just before it, or kNone.
std::vector<std::size_t> PredecessorsByClient(const History& history) {
  std::vector<std::size_t> predecessors(history.size(), kNone);
  std::unordered_map<int, std::size_t> last;
  for (std::size_t i = 0; i < history.size(); ++i) {
    auto [found, first] = last.try_emplace(history[i].client, i);
    if (!first) predecessors[i] = std::exchange(found->second, i);
  }
  return predecessors;
}

class DepthFirstSearch {
 public:
  DepthFirstSearch(const History& history, Model& model,
                   std::size_t max_configurations)
      : history_(history),
        model_(model),
        max_configurations_(max_configurations),
        list_(history),
        lookahead_(history, model),
        predecessors_(PredecessorsByClient(history)),
        placed_(history.size()),
        stuck_(history.size()) {
    missing_ = static_cast<std::size_t>(
        std::ranges::count_if(history, std::not_fn(&Operation::pending)));
  }

  SearchResult Run();

 private:
  // A configuration on the path from the start to here.
  struct Frame {
    StateId state;
    std::size_t operation;         // that led here; kNone at the start
    std::size_t first_return;      // the operation that must be placed soonest
    std::size_t candidates_begin;  // in candidates_
    std::size_t candidates_end;
    std::size_t next_candidate;
  };

  void Enter(StateId state, std::size_t operation);
  void Leave();
  std::size_t CollectCandidates();
  void KeepOnlyAFittingRead(StateId state, std::size_t begin);
  bool Remember(std::size_t operation, StateId state);
  void RecordDeadEnd();
  SearchResult Result(Verdict verdict) const;

  const History& history_;
  Model& model_;
  const std::size_t max_configurations_;
  EntryList list_;
  Lookahead lookahead_;
  const std::vector<std::size_t> predecessors_;
  std::vector<char> placed_;
  std::size_t missing_;  // operations with a reply that are not yet placed
  Fingerprint placed_fingerprint_;
  std::unordered_set<Fingerprint, FingerprintHash> seen_;
  std::vector<Frame> path_;
  std::vector<std::size_t> candidates_;  // of all frames, one after another
  std::vector<std::size_t> longest_;
  std::size_t stuck_;
};

SearchResult DepthFirstSearch::Run() {
  Enter(model_.Initial(), kNone);
  while (missing_ > 0) {
    Frame& top = path_.back();
    if (top.next_candidate == top.candidates_end) {
      RecordDeadEnd();
      if (path_.size() == 1) return Result(Verdict::kViolation);
      Leave();
      continue;
    }
    std::size_t operation = candidates_[top.next_candidate++];
    std::optional<StateId> next = model_.Step(top.state, operation);
    if (!next || lookahead_.Hopeless(top.state, *next, operation)) continue;
    if (!Remember(operation, *next)) continue;
    if (seen_.size() > max_configurations_) return Result(Verdict::kUndecided);
    Enter(*next, operation);
  }
  return Result(Verdict::kLinearizable);
}

void DepthFirstSearch::Enter(StateId state, std::size_t operation) {
  if (operation != kNone) {
    bool pending = history_[operation].pending();
    list_.Lift(operation, pending);
    lookahead_.Placed(operation);
    placed_[operation] = true;
    placed_fingerprint_ = placed_fingerprint_ ^ Fingerprint::Of(operation);
    if (!pending) --missing_;
  }
  std::size_t begin = candidates_.size();
  std::size_t first_return = CollectCandidates();
  KeepOnlyAFittingRead(state, begin);
  path_.push_back(
      {state, operation, first_return, begin, candidates_.size(), begin});
}

void DepthFirstSearch::Leave() {
  const Frame& top = path_.back();
  bool pending = history_[top.operation].pending();
  if (!pending) ++missing_;
  placed_fingerprint_ = placed_fingerprint_ ^ Fingerprint::Of(top.operation);
  placed_[top.operation] = false;
  list_.PutBack(top.operation, pending);
  lookahead_.TakenBack(top.operation);
  candidates_.resize(top.candidates_begin);
  path_.pop_back();
}

// Whatever was called before the first return may come next, the operation of
// that return first of all, pending operations last.
std::size_t DepthFirstSearch::CollectCandidates() {
  std::size_t begin = candidates_.size();
  std::size_t entry = list_.Next(list_.head());
  for (; entry != list_.head() && !list_.IsReturn(entry);
       entry = list_.Next(entry)) {
    std::size_t before = predecessors_[entry];
    if (before == kNone || placed_[before]) candidates_.push_back(entry);
  }
  std::sort(candidates_.begin() + static_cast<std::ptrdiff_t>(begin),
            candidates_.end(), [&](std::size_t a, std::size_t b) {
              return list_.ReturnPosition(history_, a) <
                     list_.ReturnPosition(history_, b);
            });
  return entry == list_.head() ? kNone : list_.OperationOf(entry);
}

// A read that may come next and whose reply fits can come next in every order
// that there is from here: moved to the front, it disturbs none of the others.
// So nothing else need be tried. (An operation that merely changes nothing in
// this state is not enough: a FLUSHALL of an empty table is needed later.)
void DepthFirstSearch::KeepOnlyAFittingRead(StateId state, std::size_t begin) {
  for (std::size_t i = begin; i < candidates_.size(); ++i) {
    std::size_t operation = candidates_[i];
    if (!model_.ChangesNothing(operation)) continue;
    if (!model_.Step(state, operation)) continue;
    candidates_.resize(begin);
    candidates_.push_back(operation);
    return;
  }
}

// Whether the configuration after `operation` is new.
bool DepthFirstSearch::Remember(std::size_t operation, StateId state) {
  Fingerprint state_part = Fingerprint::Of((std::uint64_t{1} << 62) + state);
  return seen_
      .insert(placed_fingerprint_ ^ Fingerprint::Of(operation) ^ state_part)
      .second;
}

void DepthFirstSearch::RecordDeadEnd() {
  std::size_t here = path_.back().first_return;
  if (stuck_ != history_.size() && list_.ReturnPosition(history_, here) <=
                                       list_.ReturnPosition(history_, stuck_)) {
    return;
  }
  stuck_ = here;
  longest_.clear();
  for (const Frame& frame : path_) {
    if (frame.operation != kNone) longest_.push_back(frame.operation);
  }
}

SearchResult DepthFirstSearch::Result(Verdict verdict) const {
  SearchResult result;
  result.verdict = verdict;
  result.configurations = seen_.size();
  if (verdict == Verdict::kViolation) {
    result.order = longest_;
    result.stuck = stuck_;
  } else if (verdict == Verdict::kLinearizable) {
    for (const Frame& frame : path_) {
      if (frame.operation != kNone) result.order.push_back(frame.operation);
    }
  }
  return result;
}

}  // namespace

SearchResult Search(const History& history, Model& model,
                    std::size_t max_configurations) {
  return DepthFirstSearch(history, model, max_configurations).Run();
}

}  // namespace stepkv::testing
