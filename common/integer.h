// Numbers as the protocol writes them.
#ifndef STEPKV_COMMON_INTEGER_H_
#define STEPKV_COMMON_INTEGER_H_

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stepkv {

// A decimal number in its one canonical form: no sign but '-', no leading
// zero, no blank, and within 64 bits. Redis takes counts, lengths and counters
// in this form only.
inline std::optional<std::int64_t> ParseInteger(std::string_view text) {
  bool negative = text.starts_with('-');
  std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty()) return std::nullopt;
  if (digits[0] == '0' && (negative || digits.size() > 1)) return std::nullopt;
  std::int64_t value = 0;
  if (digits.size() <= 18) {  // too few to overflow; nearly every number
    for (char c : digits) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    return negative ? -value : value;
  }
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace stepkv

#endif  // STEPKV_COMMON_INTEGER_H_
