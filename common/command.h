// The commands: their names, how many arguments they take and where their keys
// are. Names and argument counts are checked here, once, for every step.
//
// The table is constant: any thread may read it.
// Source: the field meanings are those of Redis's COMMAND reply.
#ifndef STEPKV_COMMON_COMMAND_H_
#define STEPKV_COMMON_COMMAND_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "common/reply_writer.h"
#include "common/request.h"

namespace stepkv {

enum class CommandId {
  kAppend,
  kClient,
  kCommand,
  kConfig,
  kDbSize,
  kDebug,
  kDecr,
  kDecrBy,
  kDel,
  kEcho,
  kExists,
  kFlushAll,
  kFlushDb,
  kGet,
  kGetDel,
  kGetSet,
  kHello,
  kIncr,
  kIncrBy,
  kInfo,
  kMGet,
  kMSet,
  kMSetNx,
  kPing,
  kQuit,
  kReset,
  kSelect,
  kSet,
  kSetNx,
  kStop,
  kStrLen,
};

// Who answers a command.
enum class Access {
  kSession,  // the client's own session: no table is touched
  kRead,     // a table, unchanged
  kWrite,    // a table, changed
};

struct CommandSpec {
  std::string_view name;  // in lower case
  CommandId id;
  int arity;  // words, the name included; -N: N or more
  Access access;
  int first_key;  // index of the first key among the words; 0: no keys
  int last_key;   // of the last; -1: the last word
  int key_step;   // from one key to the next
};

// A request that names a command and has the right number of words.
struct Command {
  const CommandSpec* spec;
  Arguments args;

  CommandId id() const { return spec->id; }
  bool is_write() const { return spec->access == Access::kWrite; }

  // Its keys, in the order of the request.
  std::size_t key_count() const;
  std::string_view key(std::size_t i) const {
    return args[static_cast<std::size_t>(spec->first_key) +
                i * static_cast<std::size_t>(spec->key_step)];
  }
};

// All commands, sorted by name.
std::span<const CommandSpec> AllCommands();

// By name, in upper or lower case; nullptr when there is none.
const CommandSpec* FindCommand(std::string_view name);

// The command of a request. nullopt: there is none of that name, or it takes
// another number of arguments; the error has been written to `replies`.
std::optional<Command> ResolveCommand(const Request& request,
                                      ReplyWriter& replies);

// `ERR unknown command ...` with the beginning of its arguments.
void ReplyUnknownCommand(Arguments args, ReplyWriter& replies);

// Compares ASCII without regard to case; `lower` must be in lower case.
bool EqualsIgnoreCase(std::string_view text, std::string_view lower);

}  // namespace stepkv

#endif  // STEPKV_COMMON_COMMAND_H_
