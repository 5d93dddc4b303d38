#include "common/escape.h"

namespace stepkv {
namespace {

// The letter behind the backslash, for characters that have one.
char EscapeLetter(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\a':
      return 'a';
    case '\b':
      return 'b';
    default:
      return '\0';
  }
}

}  // namespace

std::string Escape(std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size());
  for (char c : bytes) {
    if (char letter = EscapeLetter(c); letter != '\0') {
      text += '\\';
      text += letter;
    } else if (IsControl(c)) {
      auto byte = static_cast<unsigned char>(c);
      text += "\\x";
      text += kHex[byte >> 4];
      text += kHex[byte & 15];
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace stepkv
