// What happened, as lanes: a column for each client, time going down, a line
// for each event. Drawn from the events as they were recorded, so the picture
// shows their order and not how long anything took.
//
// Any number of threads may record at once; the order is that of the calls.
#ifndef STEPKV_TESTS_EXPERIMENTS_LANES_H_
#define STEPKV_TESTS_EXPERIMENTS_LANES_H_

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace stepkv::testing {

class Lanes {
 public:
  // How wide a drawing may be, and how many events of it are shown; what lies
  // between the first and the last is then only counted.
  static constexpr std::size_t kColumns = 80;
  static constexpr std::size_t kShownEvents = 40;

  // The names above the lanes; events name their lane by its index.
  void SetNames(std::vector<std::string> names);

  void Sent(std::size_t lane, std::string_view text);
  void Received(std::size_t lane, std::string_view text);
  void Happened(std::size_t lane, std::string_view text);

  std::string Draw() const;

 private:
  enum class Kind { kSent, kReceived, kHappened };
  struct Event {
    std::size_t lane;
    Kind kind;
    std::string text;
  };

  void Add(std::size_t lane, Kind kind, std::string_view text);
  std::string Row(const Event& event, std::vector<bool>& waiting) const;

  mutable std::mutex mutex_;
  std::vector<std::string> names_;
  std::vector<Event> events_;
};

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_EXPERIMENTS_LANES_H_
