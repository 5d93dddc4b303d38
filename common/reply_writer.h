// Writes replies at the end of a connection's output buffer, in the dialect of
// the request they answer (docs/protocol.md).
//
// Make one for each request: it writes one reply, which is one scalar, or an
// array or map with as many elements as it announced. Cheap to make; holds no
// memory. One thread at a time; the buffer must outlive it.
//
//            kLine                         kResp2 / kResp3
//   Simple   OK\n                          +OK\r\n
//   Error    ERR text\n                    -ERR text\r\n
//   Integer  42\n                          :42\r\n
//   Bulk     value\n (quoted if need be)   $5\r\nvalue\r\n
//   Null     \n; in a list (nil)           $-1\r\n / _\r\n
//   Array    a b c\n                       *3\r\n...
//   Map      k v k v\n                     *4\r\n... / %2\r\n...
#ifndef STEPKV_COMMON_REPLY_WRITER_H_
#define STEPKV_COMMON_REPLY_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/byte_buffer.h"
#include "common/request.h"

namespace stepkv {

class ReplyWriter {
 public:
  ReplyWriter(ByteBuffer& out, Dialect dialect)
      : out_(out), dialect_(dialect) {}

  void Simple(std::string_view text);
  // `message` starts with its kind: "ERR ...". Line breaks become blanks.
  void Error(std::string_view message);
  void Integer(std::int64_t value);
  void Bulk(std::string_view value);
  void Null();
  void Array(std::size_t elements);
  void Map(std::size_t pairs);

  void Ok() { Simple("OK"); }
  void WrongArity(std::string_view command);

  Dialect dialect() const { return dialect_; }

 private:
  bool is_line() const { return dialect_ == Dialect::kLine; }
  void BulkLine(std::string_view value);
  void Header(char type, std::int64_t count);
  void LineElementDone();

  ByteBuffer& out_;
  const Dialect dialect_;
  // Line dialect: elements still to come, of the reply as a whole.
  std::size_t missing_ = 1;
  bool in_list_ = false;
};

}  // namespace stepkv

#endif  // STEPKV_COMMON_REPLY_WRITER_H_
