// The two searches and the minimiser against brute force: every order of
// thousands of small histories, tried on a Table.
#include "tests/linearizability/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "common/byte_buffer.h"
#include "common/table.h"
#include "tests/linearizability/counter_example.h"
#include "tests/linearizability/frontier.h"
#include "tests/linearizability/handwritten.h"
#include "tests/linearizability/table_model.h"

namespace stepkv::testing {
namespace {

std::string AnswerOf(Table& table, const Operation& operation) {
  OperationCommand resolved(operation);
  ByteBuffer out;
  ReplyWriter replies(out, Dialect::kResp2);
  table.Apply(resolved.command(), replies);
  return std::string(out.View());
}

bool Explains(const History& history, const Contents& before,
              const std::vector<std::size_t>& order) {
  Table table;
  for (const auto& [key, value] : before) table.Set(key, value);
  return std::ranges::all_of(order, [&](std::size_t i) {
    std::string answer = AnswerOf(table, history[i]);
    return history[i].pending() || answer == history[i].reply;
  });
}

// Whether `b` may not come before `a`.
bool Precedes(const History& history, std::size_t a, std::size_t b) {
  return history[a].responded_ns < history[b].invoked_ns ||
         (history[a].client == history[b].client && a < b);
}

// Tries every order of every choice of pending operations. No idea of the
// searches is used here.
bool BruteForce(const History& history, const Contents& before,
                std::vector<std::size_t>& order) {
  bool whole = true;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (std::ranges::find(order, i) != order.end()) continue;
    whole = whole && history[i].pending();
    bool next = true;
    for (std::size_t j = 0; j < history.size(); ++j) {
      bool placed = std::ranges::find(order, j) != order.end();
      next = next && (placed || j == i || !Precedes(history, j, i));
    }
    if (!next) continue;
    order.push_back(i);
    if (Explains(history, before, order) &&
        BruteForce(history, before, order)) {
      return true;
    }
    order.pop_back();
  }
  return whole;
}

bool BruteForce(const History& history, const Contents& before = {}) {
  std::vector<std::size_t> order;
  return BruteForce(history, before, order);
}

std::string Listed(const History& history) {
  std::ostringstream text;
  for (const Operation& operation : history) {
    text << "client " << operation.client << " [" << operation.invoked_ns
         << ", " << operation.responded_ns << "] ";
    for (const std::string& word : operation.words) text << word << ' ';
    text << Readable(operation.reply) << '\n';
  }
  return text.str();
}

// Small histories, most of them nearly right: replies are those of some order
// in time, and then sometimes one is replaced.
class RandomHistory {
 public:
  explicit RandomHistory(unsigned seed) : random_(seed) {}

  History Next() {
    History history;
    int operations = Below(6) + 1;
    int clients = Below(4) + 1;
    for (int i = 0; i < operations; ++i) {
      history.push_back(Op(Below(clients), Command(), 0, 0, ""));
    }
    ChooseTimes(history);
    Answer(history);
    if (Below(2) == 0) Spoil(history);
    LoseReplies(history);
    return history;
  }

 private:
  int Below(int n) { return static_cast<int>(random_() % unsigned(n)); }

  std::string Command() {
    static const char* const kForms[] = {
        "GET a",      "GET b",        "SET a %",        "SET b %",
        "INCR a",     "INCR a",       "APPEND a %",     "SETNX a %",
        "GETSET a %", "GETDEL a",     "DEL a b",        "EXISTS a b",
        "MGET a b",   "MSET a % b %", "MSETNX a % b %", "DBSIZE",
        "FLUSHALL",   "MSET b % a %"};
    std::string text = kForms[Below(std::size(kForms))];
    std::string value = std::to_string(Below(3));
    for (std::size_t at; (at = text.find('%')) != std::string::npos;) {
      text.replace(at, 1, value);
    }
    return text;
  }

  // Few different moments, so that many of them coincide. Clients pipeline.
  void ChooseTimes(History& history) {
    std::map<int, std::pair<int, int>> last;
    for (Operation& operation : history) {
      auto& [called, returned] = last[operation.client];
      called = std::max(called, Below(2) == 0 ? returned : 0) + Below(3);
      returned = std::max(returned, called) + Below(8);
      operation.invoked_ns = called;
      operation.responded_ns = returned;
    }
  }

  void Answer(History& history) {
    std::vector<std::size_t> todo(history.size());
    for (std::size_t i = 0; i < todo.size(); ++i) todo[i] = i;
    Table table;
    while (!todo.empty()) {
      std::size_t at = random_() % todo.size();
      bool next = std::ranges::none_of(todo, [&](std::size_t i) {
        return i != todo[at] && Precedes(history, i, todo[at]);
      });
      if (!next) continue;
      history[todo[at]].reply = AnswerOf(table, history[todo[at]]);
      todo.erase(todo.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }

  void Spoil(History& history) {
    static const char* const kReplies[] = {
        ":0\r\n",      ":1\r\n",      ":2\r\n", "$-1\r\n",
        "$1\r\n1\r\n", "$1\r\n2\r\n", "+OK\r\n"};
    Operation& victim = history[random_() % history.size()];
    victim.reply = Below(2) == 0 ? kReplies[Below(std::size(kReplies))]
                                 : history[random_() % history.size()].reply;
  }

  // A connection that ends: its last replies never come.
  void LoseReplies(History& history) {
    if (Below(3) != 0) return;
    int client = Below(4);
    for (auto i = history.rbegin(); i != history.rend(); ++i) {
      if (i->client != client) continue;
      i->responded_ns = kNeverNs;
      i->reply.clear();
      if (Below(2) == 0) return;
    }
  }

  std::mt19937 random_;
};

constexpr int kHistories = 20000;

TEST(Searches, AgreeWithBruteForceOnEveryHistory) {
  RandomHistory random(1);
  int right = 0;
  for (int i = 0; i < kHistories; ++i) {
    History history = random.Next();
    TableModel model(history);
    bool expected = BruteForce(history);
    right += expected;
    SearchResult found = Search(history, model);
    ASSERT_EQ(found.verdict == Verdict::kLinearizable, expected)
        << Listed(history);
    ASSERT_TRUE(Explains(history, {}, found.order)) << i;
    Frontiers frontiers = Advance(history, model, 100000);
    ASSERT_EQ(!frontiers.stuck, expected) << i;
  }
  EXPECT_GT(right, kHistories / 4);  // else the histories test little
  EXPECT_LT(right, kHistories * 3 / 4);
}

TEST(Minimiser, LeavesAWindowThatBruteForceRejectsToo) {
  RandomHistory random(2);
  int violations = 0;
  for (int i = 0; i < kHistories / 4; ++i) {
    History history = random.Next();
    TableModel model(history);
    SearchResult found = Search(history, model);
    if (found.verdict != Verdict::kViolation) continue;
    ++violations;
    CounterExample example = Minimise(history, found);
    ASSERT_FALSE(BruteForce(example.window, example.before))
        << Listed(history) << Draw(example);
    ASSERT_FALSE(example.explainable.contains(
        example.window[example.unexplained].reply));
  }
  EXPECT_GT(violations, kHistories / 16);
}

TEST(Minimiser, NamesRepliesThatSomeOrderWouldHaveExplained) {
  RandomHistory random(3);
  for (int i = 0; i < kHistories / 4; ++i) {
    History history = random.Next();
    TableModel model(history);
    SearchResult found = Search(history, model);
    if (found.verdict != Verdict::kViolation) continue;
    CounterExample example = Minimise(history, found);
    Operation& stuck = example.window[example.unexplained];
    ASSERT_FALSE(example.explainable.empty()) << Listed(history);
    for (const std::string& reply : example.explainable) {
      stuck.reply = reply;
      ASSERT_TRUE(BruteForce(example.window, example.before)) << Draw(example);
    }
  }
}

// A second model, to show that the searches know nothing of tables.
class RegisterModel : public Model {
 public:
  explicit RegisterModel(const History& history) : history_(history) {}
  StateId Initial() const override { return 0; }
  std::optional<StateId> Step(StateId state, std::size_t index) override {
    const Operation& operation = history_[index];
    auto number = static_cast<StateId>(std::stoul(operation.words[1]));
    if (operation.words[0] == "write") return number;
    return number == state ? std::optional(state) : std::nullopt;
  }
  bool ChangesNothing(std::size_t index) const override {
    return history_[index].words[0] == "read";
  }

 private:
  const History& history_;
};

TEST(Search, WorksOnARegister) {
  History history{Op(1, "write 1", 0, 1, ""), Op(2, "write 2", 2, 9, ""),
                  Op(3, "read 2", 3, 4, ""), Op(3, "read 2", 5, 6, "")};
  RegisterModel right(history);
  EXPECT_EQ(Search(history, right).order,
            (std::vector<std::size_t>{0, 1, 2, 3}));
  history[3].words[1] = "1";
  SearchResult found = Search(history, right);
  EXPECT_EQ(found.verdict, Verdict::kViolation);
  EXPECT_EQ(found.stuck, 3u);
  EXPECT_EQ(found.order, (std::vector<std::size_t>{0, 1, 2}));
}

}  // namespace
}  // namespace stepkv::testing
