// Commands made beforehand, so that making them is not what is measured.
#ifndef STEPKV_BENCH_MICRO_REQUESTS_H_
#define STEPKV_BENCH_MICRO_REQUESTS_H_

#include <array>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/key_picker.h"
#include "common/command.h"

namespace stepkv::bench {

inline constexpr std::size_t kKeys = 10000;
inline constexpr std::string_view kValue = "a value of 24 characters";
inline constexpr double kZipfExponent = 0.99;

// key:000000 and so on.
inline const std::vector<std::string>& Keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < kKeys; ++i) {
      std::array<char, 32> text{};
      std::snprintf(text.data(), text.size(), "key:%06zu", i);
      made.emplace_back(text.data());
    }
    return made;
  }();
  return keys;
}

// A repeating sequence of GET and SET. Not to be moved: commands are views.
class CommandMix {
 public:
  CommandMix(int write_percent, double zipf_exponent, std::uint64_t seed) {
    KeyPicker keys(kKeys, zipf_exponent, seed);
    Random random(seed + 1);
    for (std::size_t i = 0; i < kCount; ++i) {
      std::string_view key = Keys()[keys.Next()];
      bool write =
          random.NextBelow(100) < static_cast<std::size_t>(write_percent);
      words_[i] = {write ? "SET" : "GET", key, kValue};
      commands_[i] = {FindCommand(words_[i][0]),
                      std::span(words_[i]).first(write ? 3 : 2)};
    }
  }
  CommandMix(const CommandMix&) = delete;
  CommandMix& operator=(const CommandMix&) = delete;

  const Command& Next() { return commands_[next_++ % kCount]; }

 private:
  static constexpr std::size_t kCount = 1 << 13;
  std::vector<std::array<std::string_view, 3>> words_{kCount};
  std::vector<Command> commands_{kCount};
  std::size_t next_ = 0;
};

// One command of any kind.
class OneCommand {
 public:
  explicit OneCommand(std::vector<std::string_view> words)
      : words_(std::move(words)), command_{FindCommand(words_[0]), words_} {}
  OneCommand(const OneCommand&) = delete;
  OneCommand& operator=(const OneCommand&) = delete;
  const Command& command() const { return command_; }

 private:
  const std::vector<std::string_view> words_;
  const Command command_;
};

template <typename S>
void FillStore(S& store) {
  ByteBuffer out;
  for (const std::string& key : Keys()) {
    OneCommand set({"SET", key, kValue});
    ReplyWriter replies(out, Dialect::kResp2);
    store.Execute(set.command(), replies);
    out.Clear();
  }
}

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_MICRO_REQUESTS_H_
