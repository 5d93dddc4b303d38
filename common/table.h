// The map from keys to values, and the whole meaning of every command on it:
// the sequential specification of the server. No locks, no threads, no
// sockets. A step never runs a command in any other way; it only decides who
// may call Apply, and when.
//
// Owner: the step. One thread at a time, which the caller guarantees.
// Limits: a value holds at most kMaxValueBytes, a reply kMaxReplyBytes.
// Errors: a command's errors are replies; std::bad_alloc leaves the table as
// it was before the key that did not fit.
#ifndef STEPKV_COMMON_TABLE_H_
#define STEPKV_COMMON_TABLE_H_

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/command.h"
#include "common/reply_writer.h"

namespace stepkv {

class Table {
 public:
  Table() = default;
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  // Runs one command and writes its one reply. The command's access must be
  // kRead or kWrite.
  void Apply(const Command& command, ReplyWriter& replies);

  // The same for a command whose keys are spread over several tables, where
  // `shard_of` says which of them holds a key. The caller guarantees that it
  // may touch the tables of all of the command's keys, or, for a command
  // without keys, every table.
  using ShardOf = std::size_t (*)(std::string_view key, std::size_t shards);
  static void Apply(std::span<Table* const> shards, ShardOf shard_of,
                    const Command& command, ReplyWriter& replies);

  // The value of a key, or nullptr. Valid until the next change.
  std::string* Find(std::string_view key);
  void Set(std::string_view key, std::string_view value);
  bool Erase(std::string_view key);
  std::size_t size() const { return values_.size(); }
  void Clear();

 private:
  // Lets a std::string_view be looked up without making a std::string of it.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>{}(key);
    }
  };
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> values_;
};

}  // namespace stepkv

#endif  // STEPKV_COMMON_TABLE_H_
