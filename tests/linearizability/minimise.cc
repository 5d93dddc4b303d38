#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "tests/linearizability/counter_example.h"
#include "tests/linearizability/frontier.h"

namespace stepkv::testing {
namespace {

// Each of many searches: past it, a window counts as one that does not fail,
// and is larger than it need be.
constexpr std::size_t kMaxConfigurations = 500'000;

// A window larger than this is not read: rather show less of what led there.
constexpr std::size_t kReadableOperations = 12;

bool ShareAKey(const Operation& a, const Operation& b) {
  return Partition({a, b}).size() == 1;
}

bool IsWrite(const Operation& operation) {
  return OperationCommand(operation).command().is_write();
}

bool Fails(const History& window, const Contents& before) {
  TableModel model(window, before);
  return Search(window, model, kMaxConfigurations).verdict ==
         Verdict::kViolation;
}

// The order of returns; those of one moment, in the order of the history.
std::pair<std::int64_t, std::size_t> ReturnKey(const History& history,
                                               std::size_t i) {
  return {history[i].responded_ns, i};
}

void MakePending(Operation& operation) {
  operation.responded_ns = kNeverNs;
  operation.reply.clear();
}

struct HistoryPrefix {
  History history;
  std::size_t last;  // the operation that returned last
};

// The history up to the return of `last`: what returns later has not returned
// yet, what is called later is not there.
HistoryPrefix PrefixUpTo(const History& history, std::size_t last) {
  HistoryPrefix prefix;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].invoked_ns > history[last].responded_ns) continue;
    if (i == last) prefix.last = prefix.history.size();
    prefix.history.push_back(history[i]);
    if (ReturnKey(history, i) > ReturnKey(history, last)) {
      MakePending(prefix.history.back());
    }
  }
  return prefix;
}

// The shortest prefix that fails, found by halving: whatever begins with a
// prefix that fails, fails. No shorter one than up to `stuck` can.
HistoryPrefix ShortestFailingPrefix(const History& history, std::size_t stuck) {
  std::vector<std::size_t> returns;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].pending()) continue;
    if (ReturnKey(history, i) >= ReturnKey(history, stuck))
      returns.push_back(i);
  }
  std::ranges::sort(returns, {},
                    [&](std::size_t i) { return ReturnKey(history, i); });
  auto first_failing = std::ranges::partition_point(
      returns.begin(), returns.end() - 1, [&](std::size_t i) {
        return !Fails(PrefixUpTo(history, i).history, {});
      });
  return PrefixUpTo(history, *first_failing);
}

// When the operation was called that last changed a key of `operation`, in the
// order given. The greatest time: none did.
std::int64_t LastChangeNs(const History& history, TableModel& model,
                          const std::vector<std::size_t>& order,
                          const Operation& operation) {
  std::int64_t called = std::numeric_limits<std::int64_t>::max();
  StateId state = model.Initial();
  for (std::size_t i : order) {
    std::optional<StateId> next = model.Step(state, i);
    if (next && *next != state && ShareAKey(history[i], operation)) {
      called = history[i].invoked_ns;
    }
    state = next.value_or(state);
  }
  return called;
}

const CertainMoment& LastMomentBefore(const Frontiers& frontiers,
                                      std::int64_t time_ns) {
  auto after = std::ranges::lower_bound(frontiers.certain, time_ns, {},
                                        &CertainMoment::time_ns);
  return *std::prev(after);  // the start precedes every time
}

// What was not done at that moment.
History WindowFrom(const History& prefix, const Frontiers& frontiers,
                   const CertainMoment& moment) {
  std::vector<char> done(prefix.size());
  for (std::size_t i = 0; i < moment.returns; ++i) {
    done[frontiers.returns[i]] = true;
  }
  for (std::size_t i : moment.early) done[i] = true;
  History window;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (!done[i]) window.push_back(prefix[i]);
  }
  return window;
}

// Takes out as many of `removable`, halving what cannot go as a whole, as
// leave a window that fails.
void Drop(History& window, const Contents& before,
          std::vector<std::size_t> removable, std::vector<char>& gone) {
  if (removable.empty()) return;
  for (std::size_t i : removable) gone[i] = true;
  History rest;
  for (std::size_t i = 0; i < window.size(); ++i) {
    if (!gone[i]) rest.push_back(window[i]);
  }
  if (Fails(rest, before)) return;
  for (std::size_t i : removable) gone[i] = false;
  if (removable.size() == 1) return;
  auto middle =
      removable.begin() + static_cast<std::ptrdiff_t>(removable.size() / 2);
  Drop(window, before, {removable.begin(), middle}, gone);
  Drop(window, before, {middle, removable.end()}, gone);
}

History WithoutIdleOperations(History window, const Contents& before) {
  std::vector<std::size_t> removable;
  for (std::size_t i = 0; i < window.size(); ++i) {
    // A read without a reply may be anything: nothing depends on it.
    bool idle = window[i].pending() && !IsWrite(window[i]);
    if (idle || ShowsNoChange(window[i])) removable.push_back(i);
  }
  std::vector<char> gone(window.size());
  Drop(window, before, removable, gone);
  History rest;
  for (std::size_t i = 0; i < window.size(); ++i) {
    if (!gone[i]) rest.push_back(std::move(window[i]));
  }
  return rest;
}

// What is left may fall into parts that share no key: one of them fails.
History FailingPart(const History& window, const Contents& before) {
  for (const std::vector<std::size_t>& members : Partition(window)) {
    History part;
    for (std::size_t i : members) part.push_back(window[i]);
    if (Fails(part, before)) return part;
  }
  return window;  // not reached: locality
}

Contents OnlyKeysOf(const History& window, const Contents& contents) {
  Contents only;
  for (const Operation& operation : window) {
    Footprint footprint = FootprintOf(operation);
    if (footprint.all) return contents;
    for (const std::string& key : footprint.keys) {
      auto found = contents.find(key);
      if (found != contents.end()) only.insert(*found);
    }
  }
  return only;
}

// What the last return should have been: of all that the table would answer in
// some state that the window can reach, what makes the window explicable.
std::set<std::string> ExplainableReplies(const CounterExample& example) {
  TableModel model(example.window, example.before);
  model.AcceptAnyReply(example.unexplained);
  Advance(example.window, model, kMaxConfigurations);
  std::set<std::string> replies;
  StateId met = model.states();
  for (StateId state = 0; state < met; ++state) {
    replies.insert(model.Reply(state, example.unexplained));
  }
  std::erase_if(replies, [&](const std::string& reply) {
    History history = example.window;
    history[example.unexplained].reply = reply;
    return Fails(history, example.before);
  });
  return replies;
}

CounterExample Judge(History window, const Contents& before) {
  CounterExample example;
  example.before = OnlyKeysOf(window, before);
  for (std::size_t i = 0; i < window.size(); ++i) {
    bool later = !window[i].pending() &&
                 ReturnKey(window, i) > ReturnKey(window, example.unexplained);
    if (later || window[example.unexplained].pending()) example.unexplained = i;
  }
  example.window = std::move(window);
  example.explainable = ExplainableReplies(example);
  TableModel model(example.window, example.before);
  model.AcceptAnyReply(example.unexplained);
  example.order = Search(example.window, model, kMaxConfigurations).order;
  return example;
}

}  // namespace

CounterExample Minimise(const History& history, const SearchResult& found) {
  HistoryPrefix failing = ShortestFailingPrefix(history, found.stuck);
  const Operation unexplained = failing.history[failing.last];
  // Without that reply all is explained, and says where the state was certain.
  History explained = failing.history;
  MakePending(explained[failing.last]);
  TableModel model(explained);
  Frontiers frontiers = Advance(explained, model, kMaxConfigurations);
  std::int64_t changed = LastChangeNs(
      explained, model, Search(explained, model).order, unexplained);

  // With what led to it, if that can be read; else less of it.
  std::optional<CounterExample> best;
  for (std::int64_t from :
       {std::min(unexplained.invoked_ns, changed), unexplained.invoked_ns}) {
    const CertainMoment& moment = LastMomentBefore(frontiers, from);
    Contents before = model.ContentsOf(moment.state);
    History window = WindowFrom(failing.history, frontiers, moment);
    window = WithoutIdleOperations(std::move(window), before);
    window = FailingPart(window, before);
    if (best && best->window.size() <= window.size()) continue;
    best = Judge(std::move(window), before);
    best->opens_ns = moment.time_ns;
    if (best->window.size() <= kReadableOperations) break;
  }
  best->history_size = history.size();
  best->explained = static_cast<std::size_t>(
      std::ranges::count_if(explained, std::not_fn(&Operation::pending)));
  return *std::move(best);
}

}  // namespace stepkv::testing
