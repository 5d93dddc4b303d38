// Makes any bytes showable on one line of a terminal.
#ifndef STEPKV_COMMON_ESCAPE_H_
#define STEPKV_COMMON_ESCAPE_H_

#include <string>
#include <string_view>

namespace stepkv {

// ASCII control characters: line ends, terminal escapes, NUL, DEL.
inline bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// `bytes` with quotes, backslashes and control characters escaped as in C
// (\n, \xHH). Other bytes, UTF-8 among them, stay as they are. The quoted
// words of a request are read back by the same rules.
std::string Escape(std::string_view bytes);

}  // namespace stepkv

#endif  // STEPKV_COMMON_ESCAPE_H_
