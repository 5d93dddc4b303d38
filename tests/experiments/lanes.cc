#include "tests/experiments/lanes.h"

#include <utility>

namespace stepkv::testing {
namespace {

constexpr std::size_t kMargin = 2;

// Cut or padded to `width` columns; `text` is ASCII.
std::string Fit(std::string_view text, std::size_t width) {
  std::string cell(text.substr(0, width));
  if (text.size() > width) cell.replace(width - 2, 2, "..");
  return cell + std::string(width - cell.size(), ' ');
}

std::string WithoutTrailingBlanks(std::string row) {
  row.erase(row.find_last_not_of(' ') + 1);
  return row + '\n';
}

}  // namespace

void Lanes::SetNames(std::vector<std::string> names) {
  std::lock_guard lock(mutex_);
  names_ = std::move(names);
}

void Lanes::Sent(std::size_t lane, std::string_view text) {
  Add(lane, Kind::kSent, text);
}
void Lanes::Received(std::size_t lane, std::string_view text) {
  Add(lane, Kind::kReceived, text);
}
void Lanes::Happened(std::size_t lane, std::string_view text) {
  Add(lane, Kind::kHappened, text);
}

void Lanes::Add(std::size_t lane, Kind kind, std::string_view text) {
  std::lock_guard lock(mutex_);
  events_.push_back({lane, kind, std::string(text)});
}

std::string Lanes::Draw() const {
  std::lock_guard lock(mutex_);
  if (names_.empty()) return {};
  std::size_t width = (kColumns - kMargin) / names_.size();
  std::string header(kMargin, ' ');
  for (const std::string& name : names_) header += Fit(name, width);
  std::string drawing = WithoutTrailingBlanks(header);
  std::vector<bool> waiting(names_.size());
  for (std::size_t i = 0; i < events_.size(); ++i) {
    std::string row = Row(events_[i], waiting);
    if (i < kShownEvents / 2 || i + kShownEvents / 2 >= events_.size()) {
      drawing += row;
    } else if (i == kShownEvents / 2) {
      drawing += "  ... " + std::to_string(events_.size() - kShownEvents) +
                 " more events ...\n";
    }
  }
  return drawing + "\n  → asks   ← is answered   ┆ waits for an answer\n";
}

std::string Lanes::Row(const Event& event, std::vector<bool>& waiting) const {
  std::size_t width = (kColumns - kMargin) / names_.size();
  std::string row(kMargin, ' ');
  for (std::size_t lane = 0; lane < names_.size(); ++lane) {
    if (lane != event.lane) {
      row += (waiting[lane] ? "┆" : "│") + std::string(width - 1, ' ');
      continue;
    }
    if (event.kind != Kind::kHappened)
      waiting[lane] = event.kind == Kind::kSent;
    row += event.kind == Kind::kSent       ? "→ "
           : event.kind == Kind::kReceived ? "← "
                                           : "• ";
    row += Fit(event.text, width - 3) + ' ';
  }
  return WithoutTrailingBlanks(row);
}

}  // namespace stepkv::testing
