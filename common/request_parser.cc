#include "common/request_parser.h"

#include <algorithm>
#include <optional>

#include "common/integer.h"

namespace stepkv {
namespace {

// isspace(3) of the C locale: what Redis splits inline commands on.
bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view Trim(std::string_view line) {
  while (!line.empty() && IsBlank(line.front())) line.remove_prefix(1);
  while (!line.empty() && IsBlank(line.back())) line.remove_suffix(1);
  return line;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char Unescape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'a':
      return '\a';
    default:
      return c;
  }
}

// Reads one word and writes it, unquoted, over itself: a word never grows, so
// quotes and escapes need no memory of their own.
class WordReader {
 public:
  WordReader(const char* in, const char* end, char* out)
      : in_(in), end_(end), out_(out) {}

  // False on a quote that is not closed, or closed in the middle of a word.
  bool Read() {
    while (in_ < end_ && !IsBlank(*in_)) {
      if (*in_ != '"' && *in_ != '\'') {
        *out_++ = *in_++;
        continue;
      }
      char quote = *in_++;
      if (!ReadQuoted(quote)) return false;
      return in_ == end_ || IsBlank(*in_);
    }
    return true;
  }

  const char* in() const { return in_; }
  char* out() const { return out_; }

 private:
  bool ReadQuoted(char quote) {
    while (in_ < end_ && *in_ != quote) {
      if (*in_ != '\\') {
        *out_++ = *in_++;
      } else if (quote == '"') {
        ReadEscape();
      } else {
        if (end_ - in_ > 1 && in_[1] == '\'') ++in_;
        *out_++ = *in_++;
      }
    }
    return in_++ < end_;
  }

  void ReadEscape() {
    std::ptrdiff_t left = end_ - in_;
    if (left > 3 && in_[1] == 'x' && HexDigit(in_[2]) >= 0 &&
        HexDigit(in_[3]) >= 0) {
      *out_++ = static_cast<char>(HexDigit(in_[2]) * 16 + HexDigit(in_[3]));
      in_ += 4;
    } else if (left > 1) {
      *out_++ = Unescape(in_[1]);
      in_ += 2;
    } else {
      *out_++ = *in_++;
    }
  }

  const char* in_;
  const char* const end_;
  char* out_;
};

}  // namespace

RequestParser::RequestParser(const RequestLimits& limits) : limits_(limits) {}

RequestParser::Status RequestParser::Next(Request* request) {
  for (;;) {
    if (!error_.empty()) return Status::kMalformed;
    if (input().empty()) return Status::kIncomplete;
    bool is_array = *input().Readable().data() == '*';
    Status status = is_array ? NextArray() : NextInline();
    if (status == Status::kMalformed) return status;
    bool complete = status == Status::kComplete;
    if ((complete ? parsed_ : input().size()) > limits_.request_bytes)
      return Fail("too big request");
    if (!complete) return status;
    FinishRequest();
    if (memory_.args_.empty()) continue;
    *request = {dialect_, memory_.args_};
    return Status::kComplete;
  }
}

// Makes the views, and moves on to the bytes behind the request. They stay in
// place until the next Prepare.
void RequestParser::FinishRequest() {
  const char* base = input().Readable().data();
  memory_.args_.clear();
  for (const Memory::Slice& slice : memory_.slices_) {
    memory_.args_.emplace_back(base + slice.offset, slice.size);
  }
  memory_.slices_.clear();
  input().Consume(parsed_);
  parsed_ = scanned_ = 0;
  counted_ = false;
}

RequestParser::Status RequestParser::Fail(std::string_view what) {
  error_ = "Protocol error: ";
  error_ += what;
  return Status::kMalformed;
}

// Finds the LF that ends the line at the start of the input, and moves
// parsed_ behind it.
RequestParser::Status RequestParser::FindLine(std::string_view* line) {
  std::string_view bytes = input().View();
  std::size_t end = bytes.find('\n', scanned_);
  scanned_ = bytes.size();
  bool ended = end != std::string_view::npos;
  if ((ended ? end : bytes.size()) > limits_.line_bytes)
    return Fail("too big inline request");
  if (!ended) return Status::kIncomplete;
  *line = bytes.substr(0, end);
  parsed_ = end + 1;
  return Status::kComplete;
}

RequestParser::Status RequestParser::NextLine(std::string_view* line) {
  if (!error_.empty()) return Status::kMalformed;
  dialect_ = Dialect::kLine;
  Status status = FindLine(line);
  if (status != Status::kComplete) return status;
  *line = Trim(*line);
  FinishRequest();
  return status;
}

RequestParser::Status RequestParser::NextInline() {
  std::string_view line;
  Status status = FindLine(&line);
  if (status != Status::kComplete) return status;
  bool crlf = line.ends_with('\r');
  if (crlf) line.remove_suffix(1);
  dialect_ = crlf ? Dialect::kResp2 : Dialect::kLine;
  if (!SplitWords(input().Readable().first(line.size())))
    return Fail("unbalanced quotes in request");
  return Status::kComplete;
}

bool RequestParser::SplitWords(std::span<char> line) {
  const char* in = line.data();
  const char* end = in + line.size();
  for (;;) {
    while (in < end && IsBlank(*in)) ++in;
    if (in == end) return true;
    auto offset = static_cast<std::size_t>(in - line.data());
    char* word = line.data() + offset;
    WordReader reader(in, end, word);
    if (!reader.Read()) return false;
    memory_.slices_.push_back(
        {offset, static_cast<std::size_t>(reader.out() - word)});
    in = reader.in();
  }
}

// Reads the count or length whose line starts at parsed_ with `type`, and
// moves parsed_ behind the line. nullopt: it is not a short number that is
// there whole; FindNumber knows what it is instead.
std::optional<std::int64_t> RequestParser::ReadShortNumber(char type) {
  constexpr std::size_t kMaxDigits = 9;
  std::string_view line = input().View().substr(parsed_);
  if (line.size() < 4 || line[0] != type || line[1] == '0') return std::nullopt;
  std::int64_t value = 0;
  std::size_t end = std::min(line.size() - 1, 1 + kMaxDigits);
  for (std::size_t i = 1; i < end; ++i) {
    if (line[i] == '\r' && i > 1) {
      parsed_ = scanned_ = parsed_ + i + 2;
      return value;
    }
    if (line[i] < '0' || line[i] > '9') return std::nullopt;
    value = value * 10 + (line[i] - '0');
  }
  return std::nullopt;
}

// Finds the CR that ends a count or length, however late it comes, and gives
// the line before it. Redis steps over the byte behind the CR without a look,
// and so do we.
RequestParser::Status RequestParser::FindNumber(std::string_view too_long,
                                                std::string_view* line) {
  std::string_view bytes = input().View();
  std::size_t end = bytes.find('\r', scanned_);
  bool ended = end != std::string_view::npos;
  scanned_ = ended ? end : bytes.size();
  if (scanned_ - parsed_ > limits_.line_bytes) return Fail(too_long);
  if (!ended || end + 1 == bytes.size()) return Status::kIncomplete;
  *line = bytes.substr(parsed_, end - parsed_);
  parsed_ = scanned_ = end + 2;
  return Status::kComplete;
}

RequestParser::Status RequestParser::ReadCount() {
  std::string_view line;
  Status status = FindNumber("too big mbulk count string", &line);
  if (status != Status::kComplete) return status;
  std::optional<std::int64_t> count = ParseInteger(line.substr(1));
  if (!count) return Fail("invalid multibulk length");
  missing_arguments_ = *count;
  return status;
}

RequestParser::Status RequestParser::ReadBulkSize() {
  std::string_view line;
  Status status = FindNumber("too big bulk count string", &line);
  if (status != Status::kComplete) return status;
  if (!line.starts_with('$')) {
    char got = line.empty() ? '\r' : line[0];
    return Fail(std::string("expected '$', got '") + got + "'");
  }
  std::optional<std::int64_t> size = ParseInteger(line.substr(1));
  if (!size || *size < 0) return Fail("invalid bulk length");
  bulk_size_ = *size;
  return status;
}

RequestParser::Status RequestParser::NextArray() {
  dialect_ = Dialect::kResp2;
  if (!counted_) {
    if (std::optional<std::int64_t> count = ReadShortNumber('*')) {
      missing_arguments_ = *count;
    } else if (Status status = ReadCount(); status != Status::kComplete) {
      return status;
    }
    if (missing_arguments_ > static_cast<std::int64_t>(limits_.arguments))
      return Fail("invalid multibulk length");
    counted_ = true;
    bulk_size_ = -1;
  }
  for (; missing_arguments_ > 0; --missing_arguments_) {
    Status status = NextArgument();
    if (status != Status::kComplete) return status;
  }
  return Status::kComplete;
}

RequestParser::Status RequestParser::NextArgument() {
  if (bulk_size_ < 0) {
    if (std::optional<std::int64_t> size = ReadShortNumber('$')) {
      bulk_size_ = *size;
    } else if (Status status = ReadBulkSize(); status != Status::kComplete) {
      return status;
    }
    if (bulk_size_ > static_cast<std::int64_t>(limits_.bulk_bytes))
      return Fail("invalid bulk length");
  }
  auto size = static_cast<std::size_t>(bulk_size_);
  if (input().size() - parsed_ < size + 2) return Status::kIncomplete;
  memory_.slices_.push_back({parsed_, size});
  parsed_ = scanned_ = parsed_ + size + 2;
  bulk_size_ = -1;
  return Status::kComplete;
}

std::size_t RequestParser::capacity() const {
  return input().capacity() +
         memory_.slices_.capacity() * sizeof(Memory::Slice) +
         memory_.args_.capacity() * sizeof(std::string_view);
}

void RequestParser::ReleaseIfEmpty() {
  if (!input().empty()) return;
  memory_ = {};
}

}  // namespace stepkv
