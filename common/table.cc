#include "common/table.h"

#include <time.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "common/integer.h"
#include "common/limits.h"

namespace stepkv {
namespace {

constexpr std::string_view kNotAnInteger =
    "ERR value is not an integer or out of range";
constexpr std::string_view kSyntaxError = "ERR syntax error";

// The tables a command may touch, seen as one.
class Keyspace {
 public:
  Keyspace(std::span<Table* const> shards, Table::ShardOf shard_of)
      : shards_(shards), shard_of_(shard_of) {}

  std::string* Find(std::string_view key) { return Of(key).Find(key); }
  void Set(std::string_view key, std::string_view value) {
    Of(key).Set(key, value);
  }
  bool Erase(std::string_view key) { return Of(key).Erase(key); }

  std::size_t size() const {
    std::size_t keys = 0;
    for (const Table* shard : shards_) keys += shard->size();
    return keys;
  }
  void Clear() {
    for (Table* shard : shards_) shard->Clear();
  }

 private:
  Table& Of(std::string_view key) {
    if (shards_.size() == 1) return *shards_[0];
    return *shards_[shard_of_(key, shards_.size())];
  }

  std::span<Table* const> shards_;
  Table::ShardOf shard_of_;
};

void ReplyValue(const std::string* value, ReplyWriter& replies) {
  value != nullptr ? replies.Bulk(*value) : replies.Null();
}

void Get(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  ReplyValue(keys.Find(command.key(0)), replies);
}

// The options of SET: NX and XX (set only if the key is missing, is there),
// and GET (answer with the old value).
struct SetOptions {
  bool if_missing = false;
  bool if_present = false;
  bool get = false;
};

std::optional<SetOptions> ParseSetOptions(Arguments words) {
  SetOptions options;
  for (std::string_view word : words) {
    if (EqualsIgnoreCase(word, "nx")) {
      options.if_missing = true;
    } else if (EqualsIgnoreCase(word, "xx")) {
      options.if_present = true;
    } else if (EqualsIgnoreCase(word, "get")) {
      options.get = true;
    } else {
      return std::nullopt;
    }
  }
  if (options.if_missing && options.if_present) return std::nullopt;
  return options;
}

void Set(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  std::optional<SetOptions> options = ParseSetOptions(command.args.subspan(3));
  if (!options) return replies.Error(kSyntaxError);
  bool conditional = options->if_missing || options->if_present;
  bool set = true;
  if (conditional || options->get) {
    const std::string* old = keys.Find(command.key(0));
    set = !(options->if_missing && old != nullptr) &&
          !(options->if_present && old == nullptr);
    if (options->get) ReplyValue(old, replies);
  }
  if (set) keys.Set(command.key(0), command.args[2]);
  if (options->get) return;
  set ? replies.Ok() : replies.Null();
}

void SetNx(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  bool missing = keys.Find(command.key(0)) == nullptr;
  if (missing) keys.Set(command.key(0), command.args[2]);
  replies.Integer(missing);
}

void GetSet(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  ReplyValue(keys.Find(command.key(0)), replies);
  keys.Set(command.key(0), command.args[2]);
}

void GetDel(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  ReplyValue(keys.Find(command.key(0)), replies);
  keys.Erase(command.key(0));
}

void Del(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  std::int64_t erased = 0;
  for (std::size_t i = 0; i < command.key_count(); ++i) {
    erased += keys.Erase(command.key(i));
  }
  replies.Integer(erased);
}

void Exists(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  std::int64_t found = 0;
  for (std::size_t i = 0; i < command.key_count(); ++i) {
    found += keys.Find(command.key(i)) != nullptr;
  }
  replies.Integer(found);
}

void Append(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  std::string_view more = command.args[2];
  std::string* value = keys.Find(command.key(0));
  std::size_t size = (value != nullptr ? value->size() : 0) + more.size();
  if (size > kMaxValueBytes) {
    return replies.Error(
        "ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  }
  value != nullptr ? void(value->append(more)) : keys.Set(command.key(0), more);
  replies.Integer(static_cast<std::int64_t>(size));
}

void StrLen(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  const std::string* value = keys.Find(command.key(0));
  replies.Integer(value != nullptr ? static_cast<std::int64_t>(value->size())
                                   : 0);
}

void AddTo(Keyspace& keys, const Command& command, std::int64_t increment,
           ReplyWriter& replies) {
  const std::string* value = keys.Find(command.key(0));
  std::optional<std::int64_t> number =
      value != nullptr ? ParseInteger(*value) : 0;
  if (!number) return replies.Error(kNotAnInteger);
  std::int64_t sum = 0;
  if (__builtin_add_overflow(*number, increment, &sum))
    return replies.Error("ERR increment or decrement would overflow");
  char digits[24];
  char* end = std::to_chars(digits, digits + sizeof digits, sum).ptr;
  keys.Set(command.key(0), {digits, end});
  replies.Integer(sum);
}

void AddArgumentTo(Keyspace& keys, const Command& command,
                   ReplyWriter& replies) {
  std::optional<std::int64_t> amount = ParseInteger(command.args[2]);
  if (!amount) return replies.Error(kNotAnInteger);
  if (command.id() == CommandId::kDecrBy) {
    if (*amount == std::numeric_limits<std::int64_t>::min())
      return replies.Error("ERR decrement would overflow");
    amount = -*amount;
  }
  AddTo(keys, command, *amount, replies);
}

void MGet(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < command.key_count(); ++i) {
    const std::string* value = keys.Find(command.key(i));
    if (value != nullptr) bytes += value->size();
  }
  if (bytes > kMaxReplyBytes)
    return replies.Error("ERR reply exceeds maximum allowed size");
  replies.Array(command.key_count());
  for (std::size_t i = 0; i < command.key_count(); ++i) {
    ReplyValue(keys.Find(command.key(i)), replies);
  }
}

void SetAll(Keyspace& keys, const Command& command) {
  for (std::size_t i = 0; i < command.key_count(); ++i) {
    keys.Set(command.key(i), command.args[2 + 2 * i]);
  }
}

void MSet(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  if (command.args.size() % 2 == 0) return replies.WrongArity("mset");
  SetAll(keys, command);
  replies.Ok();
}

void MSetNx(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  if (command.args.size() % 2 == 0) return replies.WrongArity("msetnx");
  for (std::size_t i = 0; i < command.key_count(); ++i) {
    if (keys.Find(command.key(i)) != nullptr) return replies.Integer(0);
  }
  SetAll(keys, command);
  replies.Integer(1);
}

void Flush(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  Arguments words = command.args.subspan(1);
  bool known = words.empty() ||
               (words.size() == 1 && (EqualsIgnoreCase(words[0], "sync") ||
                                      EqualsIgnoreCase(words[0], "async")));
  if (!known) return replies.Error(kSyntaxError);
  keys.Clear();
  replies.Ok();
}

// DEBUG SLEEP seconds [key]: whoever may touch the table of that key (or all
// tables) goes to sleep, so that a reader sees who has to wait for it.
void DebugSleep(const Command& command, ReplyWriter& replies) {
  constexpr double kMaxSeconds = 3600;
  double seconds = -1;
  bool asked = command.args.size() >= 3 && command.args.size() <= 4 &&
               EqualsIgnoreCase(command.args[1], "sleep");
  if (!asked) return replies.Error("ERR usage: DEBUG SLEEP seconds [key]");
  std::string_view text = command.args[2];
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc() || stop != end || !(seconds >= 0) ||
      seconds > kMaxSeconds)
    return replies.Error("ERR value is not a valid number of seconds");
  timespec left{};
  left.tv_sec = static_cast<time_t>(seconds);
  left.tv_nsec =
      static_cast<long>((seconds - static_cast<double>(left.tv_sec)) * 1e9);
  while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
  replies.Ok();
}

void Run(Keyspace& keys, const Command& command, ReplyWriter& replies) {
  switch (command.id()) {
    case CommandId::kAppend:
      return Append(keys, command, replies);
    case CommandId::kDbSize:
      return replies.Integer(static_cast<std::int64_t>(keys.size()));
    case CommandId::kDebug:
      return DebugSleep(command, replies);
    case CommandId::kDecr:
      return AddTo(keys, command, -1, replies);
    case CommandId::kDecrBy:
    case CommandId::kIncrBy:
      return AddArgumentTo(keys, command, replies);
    case CommandId::kDel:
      return Del(keys, command, replies);
    case CommandId::kExists:
      return Exists(keys, command, replies);
    case CommandId::kFlushAll:
    case CommandId::kFlushDb:
      return Flush(keys, command, replies);
    case CommandId::kGet:
      return Get(keys, command, replies);
    case CommandId::kGetDel:
      return GetDel(keys, command, replies);
    case CommandId::kGetSet:
      return GetSet(keys, command, replies);
    case CommandId::kIncr:
      return AddTo(keys, command, 1, replies);
    case CommandId::kMGet:
      return MGet(keys, command, replies);
    case CommandId::kMSet:
      return MSet(keys, command, replies);
    case CommandId::kMSetNx:
      return MSetNx(keys, command, replies);
    case CommandId::kSet:
      return Set(keys, command, replies);
    case CommandId::kSetNx:
      return SetNx(keys, command, replies);
    case CommandId::kStrLen:
      return StrLen(keys, command, replies);
    default:  // the session's: it never comes here
      return replies.Error("ERR not a command on data");
  }
}

}  // namespace

void Table::Apply(const Command& command, ReplyWriter& replies) {
  Table* self = this;
  Keyspace keys({&self, 1}, nullptr);
  Run(keys, command, replies);
}

void Table::Apply(std::span<Table* const> shards, ShardOf shard_of,
                  const Command& command, ReplyWriter& replies) {
  Keyspace keys(shards, shard_of);
  Run(keys, command, replies);
}

std::string* Table::Find(std::string_view key) {
  auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

void Table::Set(std::string_view key, std::string_view value) {
  // What a small value may keep of the memory of the large one it replaces.
  constexpr std::size_t kKeptBytes = 4 * kKiB;
  std::string* old = Find(key);
  if (old == nullptr) {
    values_.emplace(key, value);
  } else if (old->capacity() > kKeptBytes &&
             value.size() < old->capacity() / 2) {
    std::string(value).swap(*old);  // assigning would keep the memory
  } else {
    old->assign(value);
  }
}

bool Table::Erase(std::string_view key) {
  auto found = values_.find(key);  // C++20 has no heterogeneous erase
  if (found == values_.end()) return false;
  values_.erase(found);
  return true;
}

void Table::Clear() {
  // Swapped, not cleared: clear() keeps the array of buckets.
  decltype(values_)().swap(values_);
}

}  // namespace stepkv
