#include "common/reply_writer.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "common/escape.h"

namespace stepkv {
namespace {

// Whether a value shown as it is could be taken for something else: for
// nothing, for two lines, for two elements of a list, or for a quoted value.
bool NeedsQuotes(std::string_view value, bool in_list) {
  if (value.empty() || value[0] == '"' || value[0] == '\'') return true;
  if (std::ranges::any_of(value, IsControl)) return true;
  return in_list &&
         (value.find(' ') != std::string_view::npos || value == "(nil)");
}

}  // namespace

void ReplyWriter::Simple(std::string_view text) {
  if (!is_line()) out_.Append("+");
  out_.Append(text);
  is_line() ? LineElementDone() : out_.Append("\r\n");
}

void ReplyWriter::Error(std::string_view message) {
  std::string text(message);
  std::ranges::replace_if(
      text, [](char c) { return c == '\r' || c == '\n'; }, ' ');
  if (!is_line()) out_.Append("-");
  out_.Append(text);
  is_line() ? LineElementDone() : out_.Append("\r\n");
}

void ReplyWriter::WrongArity(std::string_view command) {
  std::string text = "ERR wrong number of arguments for '";
  text += command;
  text += "' command";
  Error(text);
}

// Type, count and line end in one piece: small replies are mostly headers.
void ReplyWriter::Header(char type, std::int64_t count) {
  constexpr std::size_t kMaxHeaderBytes = 1 + 20 + 2;
  char* start = out_.Prepare(kMaxHeaderBytes).data();
  char* end = start;
  *end++ = type;
  end = std::to_chars(end, start + kMaxHeaderBytes, count).ptr;
  *end++ = '\r';
  *end++ = '\n';
  out_.Commit(static_cast<std::size_t>(end - start));
}

void ReplyWriter::Integer(std::int64_t value) {
  if (!is_line()) return Header(':', value);
  out_.Append(std::to_string(value));
  LineElementDone();
}

void ReplyWriter::Bulk(std::string_view value) {
  if (is_line()) return BulkLine(value);
  Header('$', static_cast<std::int64_t>(value.size()));
  out_.Append(value);
  out_.Append("\r\n");
}

void ReplyWriter::BulkLine(std::string_view value) {
  if (NeedsQuotes(value, in_list_)) {
    out_.Append("\"");
    out_.Append(Escape(value));
    out_.Append("\"");
  } else {
    out_.Append(value);
  }
  LineElementDone();
}

void ReplyWriter::Null() {
  if (is_line()) {
    if (in_list_) out_.Append("(nil)");
    LineElementDone();
  } else {
    out_.Append(dialect_ == Dialect::kResp3 ? "_\r\n" : "$-1\r\n");
  }
}

void ReplyWriter::Array(std::size_t elements) {
  if (!is_line()) return Header('*', static_cast<std::int64_t>(elements));
  in_list_ = true;
  missing_ += elements;
  if (elements > 0) {
    --missing_;  // the array is there once its elements are
  } else {
    LineElementDone();
  }
}

void ReplyWriter::Map(std::size_t pairs) {
  if (dialect_ != Dialect::kResp3) return Array(2 * pairs);
  Header('%', static_cast<std::int64_t>(pairs));
}

void ReplyWriter::LineElementDone() {
  --missing_;
  out_.Append(missing_ == 0 ? "\n" : " ");
}

}  // namespace stepkv
