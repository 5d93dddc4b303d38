#include <algorithm>
#include <cctype>
#include <limits>
#include <map>
#include <numeric>
#include <string_view>
#include <tuple>
#include <vector>

#include "tests/linearizability/counter_example.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kMaxColumns = 80;
constexpr std::size_t kLabelColumns = 13;
constexpr std::size_t kLaneColumns = kMaxColumns - kLabelColumns;
constexpr std::size_t kMaxShown = 60;  // operations

std::string Shortened(std::string text, std::size_t columns) {
  if (text.size() > columns)
    text.replace(columns - 3, std::string::npos, "...");
  return text;
}

std::string Padded(std::string text, std::size_t columns) {
  text = Shortened(std::move(text), columns);
  text.resize(columns, ' ');
  return text;
}

std::string WithoutTrailingBlanks(std::string text) {
  text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

std::string Quoted(std::string_view value) {
  std::string text = "\"";
  for (char c : value) {
    text += std::isprint(static_cast<unsigned char>(c)) ? c : '?';
  }
  return text + '"';
}

// Reads one reply off the front of `rest`.
std::string ReadableElement(std::string_view& rest) {
  std::size_t end = rest.find("\r\n");
  if (rest.empty() || end == std::string_view::npos) return "(cut short)";
  char type = rest[0];
  std::string line(rest.substr(1, end - 1));
  rest.remove_prefix(end + 2);
  long count = type == '$' || type == '*' ? std::atol(line.c_str()) : 0;
  if (count < 0) return "(nil)";
  if (type == '$') {
    std::string text = Quoted(rest.substr(0, static_cast<std::size_t>(count)));
    rest.remove_prefix(
        std::min(static_cast<std::size_t>(count) + 2, rest.size()));
    return text;
  }
  if (type != '*') return line;
  std::string text = "[";
  for (long i = 0; i < count; ++i) {
    text += (i > 0 ? " " : "") + ReadableElement(rest);
  }
  return text + ']';
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

// Breaks a text between words into lines of at most 80 columns.
std::string Wrapped(const std::string& text) {
  std::string lines;
  std::size_t column = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = std::min(text.find(' ', begin), text.size());
    std::string word = text.substr(begin, end - begin);
    if (column > 0 && column + 1 + word.size() > kMaxColumns) {
      lines += "\n";
      column = 0;
    }
    lines += (column > 0 ? " " : "") + word;
    column += (column > 0 ? 1 : 0) + word.size();
    begin = end + 1;
  }
  return lines + "\n";
}

// The picture: what happened in which column, and in which lane.
class Timeline {
 public:
  explicit Timeline(const CounterExample& example);

  std::string Lanes() const;
  std::string Operations() const;
  bool Shows(std::size_t operation) const { return numbers_[operation] > 0; }
  std::string NameOf(std::size_t operation) const {
    return std::to_string(numbers_[operation]);
  }

 private:
  struct Event {
    std::int64_t time_ns;
    bool is_return;
    std::size_t operation;
    std::size_t columns;  // that it takes
  };

  void NumberOperations();
  void ListEvents();
  void ChooseLanes();
  std::string LaneLabel(std::size_t lane) const;
  std::vector<std::string> Block(std::size_t begin, std::size_t end) const;
  std::string Legend(std::size_t operation) const;

  const CounterExample& example_;
  std::vector<std::size_t> by_call_;  // at most kMaxShown: the last ones
  std::vector<std::size_t> numbers_;  // 0: not shown
  std::vector<Event> events_;
  std::vector<std::size_t> lanes_;  // of each operation
  std::vector<int> lane_clients_;   // of each lane
};

Timeline::Timeline(const CounterExample& example)
    : example_(example),
      by_call_(example.window.size()),
      numbers_(example.window.size()),
      lanes_(example.window.size()) {
  NumberOperations();
  ListEvents();
  ChooseLanes();
}

void Timeline::NumberOperations() {
  std::iota(by_call_.begin(), by_call_.end(), std::size_t{0});
  std::ranges::stable_sort(by_call_, {}, [&](std::size_t i) {
    return example_.window[i].invoked_ns;
  });
  if (by_call_.size() > kMaxShown) {
    by_call_.erase(by_call_.begin(), by_call_.end() - kMaxShown);
  }
  for (std::size_t i = 0; i < by_call_.size(); ++i) {
    numbers_[by_call_[i]] = i + 1;
  }
}

void Timeline::ListEvents() {
  for (std::size_t i : by_call_) {
    const Operation& operation = example_.window[i];
    events_.push_back({operation.invoked_ns, false, i, 1 + NameOf(i).size()});
    if (!operation.pending()) {
      events_.push_back({operation.responded_ns, true, i, 1});
    }
  }
  std::ranges::stable_sort(events_, {}, [](const Event& event) {
    return std::pair(event.time_ns, event.is_return);
  });
}

// A client that pipelines needs a lane for each operation in flight.
void Timeline::ChooseLanes() {
  std::map<int, std::vector<std::int64_t>> busy_until;
  std::map<std::pair<int, std::size_t>, std::vector<std::size_t>> members;
  for (std::size_t i : by_call_) {
    const Operation& operation = example_.window[i];
    auto& ends = busy_until[operation.client];
    auto free = std::ranges::find_if(
        ends, [&](std::int64_t end) { return end < operation.invoked_ns; });
    auto lane = static_cast<std::size_t>(free - ends.begin());
    if (free == ends.end()) ends.push_back(0);
    ends[lane] = operation.responded_ns;
    members[{operation.client, lane}].push_back(i);
  }
  for (const auto& [place, operations] : members) {
    for (std::size_t i : operations) lanes_[i] = lane_clients_.size();
    lane_clients_.push_back(place.first);
  }
}

std::string Timeline::LaneLabel(std::size_t lane) const {
  bool first = lane == 0 || lane_clients_[lane - 1] != lane_clients_[lane];
  std::string text =
      first ? "  client " + std::to_string(lane_clients_[lane]) : "";
  return Padded(std::move(text), kLabelColumns);
}

// The lanes from event `begin` to event `end`.
std::vector<std::string> Timeline::Block(std::size_t begin,
                                         std::size_t end) const {
  std::vector<std::string> rows(lane_clients_.size());
  std::vector<char> open(rows.size(), ' ');
  for (std::size_t i = 0; i < begin; ++i) {
    open[lanes_[events_[i].operation]] = events_[i].is_return ? ' ' : '=';
  }
  for (std::size_t i = begin; i < end; ++i) {
    const Event& event = events_[i];
    std::size_t lane = lanes_[event.operation];
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (row != lane) rows[row].append(event.columns, open[row]);
    }
    bool early = event.time_ns <= example_.opens_ns;
    rows[lane] +=
        event.is_return ? "]" : (early ? "<" : "[") + NameOf(event.operation);
    open[lane] = event.is_return ? ' ' : '=';
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (open[row] == '=') rows[row] += end == events_.size() ? '>' : '=';
  }
  return rows;
}

std::string Timeline::Lanes() const {
  std::string text;
  for (std::size_t begin = 0; begin < events_.size();) {
    std::size_t end = begin;
    std::size_t columns = 1;  // for an arrow at the end
    while (end < events_.size() &&
           columns + events_[end].columns <= kLaneColumns) {
      columns += events_[end++].columns;
    }
    if (begin > 0) text += "  (and on)\n";
    std::vector<std::string> rows = Block(begin, end);
    for (std::size_t lane = 0; lane < rows.size(); ++lane) {
      text += WithoutTrailingBlanks(LaneLabel(lane) + rows[lane]) + "\n";
    }
    begin = end;
  }
  return text;
}

std::string Timeline::Legend(std::size_t index) const {
  constexpr std::size_t kCommandColumns = 30;
  const Operation& operation = example_.window[index];
  std::string text = "  " + NameOf(index);
  text = Padded(text, 5) + "client " + std::to_string(operation.client);
  text = Padded(text, kLabelColumns + 2) + " ";
  text += Padded(Joined(operation.words), kCommandColumns);
  text += operation.pending() ? " no reply yet"
                              : " -> " + Readable(operation.reply);
  return Shortened(std::move(text), kMaxColumns);
}

std::string Timeline::Operations() const {
  std::string text;
  for (std::size_t i : by_call_) {
    text += Legend(i) + "\n";
  }
  return text;
}

std::string Before(const Contents& before) {
  std::string text = "Before: ";
  if (before.empty()) return text + "no keys.\n";
  for (const auto& [key, value] : before) {
    text += key + "=" + Quoted(value) + " ";
  }
  return Wrapped(text);
}

// What the reply should have been: all of it, or a few of it.
std::string Explainable(const CounterExample& example) {
  constexpr std::size_t kShown = 6;
  std::string text;
  std::size_t shown = 0;
  for (const std::string& reply : example.explainable) {
    if (shown == kShown) break;
    text += (shown++ > 0 ? " or " : "") + Readable(reply);
  }
  std::size_t more = example.explainable.size() - shown;
  if (more > 0) text += " or " + std::to_string(more) + " others";
  return text;
}

std::string VerdictOn(const CounterExample& example, const Timeline& timeline) {
  std::string stuck = timeline.NameOf(example.unexplained);
  std::string text = "No order explains the reply to " + stuck + ": it is " +
                     Readable(example.window[example.unexplained].reply) +
                     ", and every order that explains the others makes it " +
                     Explainable(example) + ".";
  std::string order;
  for (std::size_t i : example.order) {
    if (timeline.Shows(i)) order += " " + timeline.NameOf(i);
  }
  if (!order.empty()) text += " (One such order:" + order + ".)";
  return Wrapped(text);
}

}  // namespace

std::string Readable(const std::string& reply) {
  std::string_view rest = reply;
  return ReadableElement(rest);
}

std::string Draw(const CounterExample& example) {
  Timeline timeline(example);
  std::string text = Wrapped(
      "Not linearizable: reply " + std::to_string(example.explained + 1) +
      " of " + std::to_string(example.history_size) +
      " on these keys is the first that no order of the operations explains. "
      "What matters of it, time from left to right:");
  text += "\n" + Before(example.before);
  text += timeline.Lanes() + "\n" + timeline.Operations() + "\n";
  return text + VerdictOn(example, timeline);
}

}  // namespace stepkv::testing
