// What replies prove. Left out is safe for what an operation needs; for what it
// can make, only too much is safe.
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/integer.h"
#include "tests/linearizability/table_model.h"

namespace stepkv::testing {
namespace {

using Value = std::optional<std::string>;

// The values of a bulk string, a null, or an array of them; nothing else.
std::vector<Value> ValuesIn(std::string_view reply) {
  std::vector<Value> values;
  while (!reply.empty()) {
    std::size_t end = reply.find("\r\n");
    if (end == std::string_view::npos) return values;
    char type = reply[0];
    std::optional<std::int64_t> size = ParseInteger(reply.substr(1, end - 1));
    reply.remove_prefix(end + 2);
    if (type == '*') continue;
    if (type != '$' || !size) return values;
    auto bytes = static_cast<std::size_t>(*size < 0 ? 0 : *size);
    if (*size >= 0 && reply.size() < bytes + 2) return values;
    values.push_back(*size < 0 ? std::nullopt : Value(reply.substr(0, bytes)));
    if (*size >= 0) reply.remove_prefix(bytes + 2);
  }
  return values;
}

class Finder {
 public:
  explicit Finder(const Operation& operation)
      : operation_(operation),
        resolved_(operation),
        command_(resolved_.command()) {}

  KeyEvidence Find() {
    if (!operation_.pending()) FindNeeds();
    if (command_.is_write() && !ShowsNoChange(operation_)) FindMakes();
    return std::move(found_);
  }

 private:
  void FindNeeds() {
    switch (command_.id()) {
      case CommandId::kGet:
      case CommandId::kGetSet:
      case CommandId::kGetDel:
      case CommandId::kMGet:
        return NeedValues();
      case CommandId::kSetNx:
      case CommandId::kMSetNx:
        if (operation_.reply == ":1\r\n") NeedAllMissing();
        return;
      case CommandId::kExists:
      case CommandId::kDel:
        if (operation_.reply == ":0\r\n") NeedAllMissing();
        return;
      case CommandId::kIncr:
        return NeedOneLess();
      default:
        return;
    }
  }

  void FindMakes() {
    switch (command_.id()) {
      case CommandId::kSet:
      case CommandId::kSetNx:
      case CommandId::kGetSet:
      case CommandId::kMSet:
      case CommandId::kMSetNx:
        for (std::size_t i = 0; i < command_.key_count(); ++i) {
          if (2 * i + 2 >= command_.args.size()) return;  // an error
          Make(i, Value(command_.args[2 * i + 2]));
        }
        return;
      case CommandId::kDel:
      case CommandId::kGetDel:
        for (std::size_t i = 0; i < command_.key_count(); ++i) {
          Make(i, std::nullopt);
        }
        return;
      case CommandId::kFlushAll:
      case CommandId::kFlushDb:
        found_.makes_all_missing = true;
        return;
      default:
        return MakeWhatTheReplySays();
    }
  }

  void NeedValues() {
    std::vector<Value> values = ValuesIn(operation_.reply);
    if (values.size() != command_.key_count()) return;
    for (std::size_t i = 0; i < values.size(); ++i) {
      found_.needs.emplace_back(command_.key(i), values[i]);
    }
  }

  void NeedAllMissing() {
    for (std::size_t i = 0; i < command_.key_count(); ++i) {
      found_.needs.emplace_back(command_.key(i), std::nullopt);
    }
  }

  // INCR that answers 1 found a 0 or nothing; all other answers tell.
  void NeedOneLess() {
    std::optional<std::int64_t> answer = Integer();
    if (!answer || *answer == 1 || *answer == INT64_MIN) return;
    found_.needs.emplace_back(command_.key(0), std::to_string(*answer - 1));
  }

  // INCR and its like answer with what they made; APPEND does not.
  void MakeWhatTheReplySays() {
    std::optional<std::int64_t> answer = Integer();
    if (answer && command_.id() != CommandId::kAppend) {
      return Make(0, std::to_string(*answer));
    }
    for (std::size_t i = 0; i < command_.key_count(); ++i) {
      found_.makes_anything_of.emplace_back(command_.key(i));
    }
  }

  std::optional<std::int64_t> Integer() const {
    std::string_view reply = operation_.reply;
    if (!reply.starts_with(':') || !reply.ends_with("\r\n")) {
      return std::nullopt;
    }
    return ParseInteger(reply.substr(1, reply.size() - 3));
  }

  void Make(std::size_t key, Value value) {
    found_.makes.emplace_back(command_.key(key), std::move(value));
  }

  const Operation& operation_;
  OperationCommand resolved_;
  const Command& command_;
  KeyEvidence found_;
};

}  // namespace

KeyEvidence KeyEvidenceOf(const Operation& operation) {
  return Finder(operation).Find();
}

}  // namespace stepkv::testing
