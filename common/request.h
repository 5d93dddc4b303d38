// A request as it was read from a client: words, and the dialect to answer in.
#ifndef STEPKV_COMMON_REQUEST_H_
#define STEPKV_COMMON_REQUEST_H_

#include <span>
#include <string_view>

namespace stepkv {

// How a client asked, and so how it is answered (docs/protocol.md).
enum class Dialect {
  kLine,   // a line that ended in LF: one reply line for people
  kResp2,  // a RESP array, or an inline command that ended in CRLF
  kResp3,  // kResp2 after HELLO 3
};

using Arguments = std::span<const std::string_view>;

struct Request {
  Dialect dialect = Dialect::kResp2;
  Arguments args;  // args[0] is the command's name; never empty
};

}  // namespace stepkv

#endif  // STEPKV_COMMON_REQUEST_H_
