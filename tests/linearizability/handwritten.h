// Histories written by hand, one operation a line.
#ifndef STEPKV_TESTS_LINEARIZABILITY_HANDWRITTEN_H_
#define STEPKV_TESTS_LINEARIZABILITY_HANDWRITTEN_H_

#include <cstdint>
#include <sstream>
#include <string>

#include "tests/linearizability/history.h"

namespace stepkv::testing {

// `client` sent `words` at `from` and had `reply` at `to`. The reply is raw
// RESP2 without its last line end: "+OK", ":1", "$-1", "$1\r\n7".
inline Operation Op(int client, const std::string& words, std::int64_t from,
                    std::int64_t to, const std::string& reply) {
  Operation operation;
  operation.client = client;
  std::istringstream text(words);
  for (std::string word; text >> word;) operation.words.push_back(word);
  operation.invoked_ns = from;
  operation.responded_ns = to;
  operation.reply = reply + "\r\n";
  return operation;
}

// The reply never came.
inline Operation Pending(int client, const std::string& words,
                         std::int64_t from) {
  Operation operation = Op(client, words, from, kNeverNs, "");
  operation.reply.clear();
  return operation;
}

inline std::string Value(const std::string& value) {
  return "$" + std::to_string(value.size()) + "\r\n" + value;
}

inline const std::string kOk = "+OK";
inline const std::string kMissing = "$-1";

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_HANDWRITTEN_H_
