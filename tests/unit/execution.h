// One command as a store gets it, from words to the bytes of its reply.
#ifndef STEPKV_TESTS_UNIT_EXECUTION_H_
#define STEPKV_TESTS_UNIT_EXECUTION_H_

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "common/byte_buffer.h"
#include "common/command.h"
#include "common/reply_writer.h"
#include "common/store.h"
#include "common/table.h"
#include "tests/unit/parsing.h"

namespace stepkv::testing {

// Owns the words that a Command only looks at.
class Execution {
 public:
  explicit Execution(Words words)
      : words_(std::move(words)), args_(words_.begin(), words_.end()) {
    command_ = {FindCommand(args_[0]), args_};
    if (command_.spec == nullptr) throw std::invalid_argument(words_[0]);
  }
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  const Command& command() const { return command_; }

 private:
  const Words words_;
  const std::vector<std::string_view> args_;
  Command command_{};
};

// The reply, one line.
inline std::string AnswerOf(Table& table, Words words) {
  Execution execution(std::move(words));
  ByteBuffer out;
  ReplyWriter replies(out, Dialect::kLine);
  table.Apply(execution.command(), replies);
  return std::string(out.View());
}

template <Store S>
std::string AnswerOf(S& store, Words words) {
  Execution execution(std::move(words));
  ByteBuffer out;
  ReplyWriter replies(out, Dialect::kLine);
  store.Execute(execution.command(), replies);
  return std::string(out.View());
}

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_UNIT_EXECUTION_H_
