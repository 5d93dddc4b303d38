// Feeding a parser, and keeping what it says beyond the life of its views.
#ifndef STEPKV_TESTS_UNIT_PARSING_H_
#define STEPKV_TESTS_UNIT_PARSING_H_

#include <cstddef>
#include <cstring>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "common/request_parser.h"

namespace stepkv::testing {

using Words = std::vector<std::string>;

struct ParsedRequest {
  Dialect dialect = Dialect::kResp2;
  Words words;
  bool operator==(const ParsedRequest&) const = default;
};

// All that can be known of a parser from outside.
struct Parsed {
  std::vector<ParsedRequest> requests;
  std::string error;
  Dialect error_dialect = Dialect::kResp2;
  std::size_t buffered = 0;  // 0 once malformed: what is left is of no meaning
  bool operator==(const Parsed&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Parsed& parsed) {
  for (const ParsedRequest& request : parsed.requests) {
    out << (request.dialect == Dialect::kLine ? "\n line:" : "\n resp:");
    for (const std::string& word : request.words) out << " [" << word << "]";
  }
  return out << "\n error: " << parsed.error
             << "\n buffered: " << parsed.buffered;
}

inline void Feed(RequestParser& parser, std::string_view bytes) {
  if (bytes.empty()) return;
  std::memcpy(parser.Prepare(bytes.size()).data(), bytes.data(), bytes.size());
  parser.Commit(bytes.size());
}

inline void TakeRequests(RequestParser& parser, Parsed& parsed) {
  Request request;
  auto status = RequestParser::Status::kComplete;
  while ((status = parser.Next(&request)) == RequestParser::Status::kComplete) {
    parsed.requests.push_back(
        {request.dialect, Words(request.args.begin(), request.args.end())});
  }
  bool malformed = status == RequestParser::Status::kMalformed;
  parsed.error = parser.error();
  parsed.error_dialect = malformed ? parser.dialect() : Dialect::kResp2;
  parsed.buffered = malformed ? 0 : parser.buffered();
}

// The pieces arrive one after the other; after each, all requests are taken.
inline Parsed ParsePieces(const std::vector<std::string_view>& pieces,
                          const RequestLimits& limits = {}) {
  RequestParser parser(limits);
  Parsed parsed;
  for (std::string_view piece : pieces) {
    Feed(parser, piece);
    TakeRequests(parser, parsed);
  }
  return parsed;
}

inline Parsed Parse(std::string_view bytes, const RequestLimits& limits = {}) {
  return ParsePieces({bytes}, limits);
}

inline std::vector<std::string_view> Pieces(std::string_view bytes,
                                            std::size_t size) {
  std::vector<std::string_view> pieces;
  for (; bytes.size() > size; bytes.remove_prefix(size)) {
    pieces.push_back(bytes.substr(0, size));
  }
  pieces.push_back(bytes);
  return pieces;
}

// A request as clients with a library send it.
inline std::string Resp(const std::vector<std::string_view>& words) {
  std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
  for (std::string_view word : words) {
    bytes += "$" + std::to_string(word.size()) + "\r\n";
    bytes += word;
    bytes += "\r\n";
  }
  return bytes;
}

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_UNIT_PARSING_H_
