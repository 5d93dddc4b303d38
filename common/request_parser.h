// Turns bytes into requests. Sans-IO: it reads no socket; the caller puts
// bytes in (Prepare, Commit) and takes requests out (Next).
//
// - Incremental: it remembers how far it got, so a request that arrives in
//   many pieces is scanned once, and the same bytes split anywhere give the
//   same requests.
// - Zero-copy: arguments are views into its buffer, valid until the next
//   Prepare. In the steady state a request costs no allocation.
// - Memory grows with the bytes that have arrived, never with a length that a
//   client merely declares.
//
// Owner: one connection; one thread at a time. Running out of memory throws
// std::bad_alloc. After kMalformed it stays malformed: framing is lost.
#ifndef STEPKV_COMMON_REQUEST_PARSER_H_
#define STEPKV_COMMON_REQUEST_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/byte_buffer.h"
#include "common/limits.h"
#include "common/request.h"

namespace stepkv {

class RequestParser {
 public:
  enum class Status { kComplete, kIncomplete, kMalformed };

  // `limits` must outlive the parser.
  explicit RequestParser(const RequestLimits& limits = kDefaultRequestLimits);

  // Room for at least `bytes`, to be filled by the caller, who then says with
  // Commit how much of it was.
  std::span<char> Prepare(std::size_t bytes) { return input().Prepare(bytes); }
  void Commit(std::size_t bytes) { input().Commit(bytes); }

  // The next request in either dialect. Requests without a word (an empty
  // line, `*0`, `*-1`) are passed over.
  Status Next(Request* request);

  // The next line, trimmed of white space: the framing of the echo steps.
  Status NextLine(std::string_view* line);

  // After kMalformed: what is wrong ("Protocol error: ...") and the dialect
  // to say it in.
  std::string_view error() const { return error_; }
  Dialect dialect() const { return dialect_; }

  // Bytes that have arrived and belong to no request yet.
  std::size_t buffered() const { return input().size(); }

  // The memory it holds, in bytes.
  std::size_t capacity() const;

  // Gives the memory back if no part of a request is waiting in it.
  void ReleaseIfEmpty();

  // The memory it works in. While no part of a request is waiting (buffered()
  // is 0) it can be taken away and given to another parser: so a thousand
  // idle connections need no more of it than one.
  class Memory {
    friend class RequestParser;
    // An argument by position, since the buffer may move as it grows.
    struct Slice {
      std::size_t offset;  // from the start of the request
      std::size_t size;
    };
    ByteBuffer input_;  // starts with the request that is being read
    std::vector<Slice> slices_;
    std::vector<std::string_view> args_;  // what Request::args shows
  };
  Memory TakeMemory() { return std::move(memory_); }
  void GiveMemory(Memory memory) { memory_ = std::move(memory); }

 private:
  ByteBuffer& input() { return memory_.input_; }
  const ByteBuffer& input() const { return memory_.input_; }

  Status NextInline();
  Status NextArray();
  Status NextArgument();
  Status FindLine(std::string_view* line);
  std::optional<std::int64_t> ReadShortNumber(char type);
  Status FindNumber(std::string_view too_long, std::string_view* line);
  Status ReadCount();
  Status ReadBulkSize();
  bool SplitWords(std::span<char> line);
  Status Fail(std::string_view what);
  void FinishRequest();

  const RequestLimits& limits_;

  // Progress within that request, as offsets from its start.
  std::size_t parsed_ = 0;   // what is understood
  std::size_t scanned_ = 0;  // what holds no line end; never behind parsed_
  bool counted_ = false;     // an array: its count is known
  std::int64_t missing_arguments_ = 0;
  std::int64_t bulk_size_ = -1;  // of the argument being read; -1: not known

  Dialect dialect_ = Dialect::kResp2;
  std::string error_;
  Memory memory_;
};

}  // namespace stepkv

#endif  // STEPKV_COMMON_REQUEST_PARSER_H_
