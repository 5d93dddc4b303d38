#include "common/command.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace stepkv {
namespace {

// clang-format off
constexpr std::array kCommands = std::to_array<CommandSpec>({
    // name       id                    arity  access         keys
    {"append",    CommandId::kAppend,     3, Access::kWrite,   1,  1, 1},
    {"client",    CommandId::kClient,    -2, Access::kSession, 0,  0, 0},
    {"command",   CommandId::kCommand,   -1, Access::kSession, 0,  0, 0},
    {"config",    CommandId::kConfig,    -2, Access::kSession, 0,  0, 0},
    {"dbsize",    CommandId::kDbSize,     1, Access::kRead,    0,  0, 0},
    {"debug",     CommandId::kDebug,     -2, Access::kRead,    3,  3, 1},
    {"decr",      CommandId::kDecr,       2, Access::kWrite,   1,  1, 1},
    {"decrby",    CommandId::kDecrBy,     3, Access::kWrite,   1,  1, 1},
    {"del",       CommandId::kDel,       -2, Access::kWrite,   1, -1, 1},
    {"echo",      CommandId::kEcho,       2, Access::kSession, 0,  0, 0},
    {"exists",    CommandId::kExists,    -2, Access::kRead,    1, -1, 1},
    {"flushall",  CommandId::kFlushAll,  -1, Access::kWrite,   0,  0, 0},
    {"flushdb",   CommandId::kFlushDb,   -1, Access::kWrite,   0,  0, 0},
    {"get",       CommandId::kGet,        2, Access::kRead,    1,  1, 1},
    {"getdel",    CommandId::kGetDel,     2, Access::kWrite,   1,  1, 1},
    {"getset",    CommandId::kGetSet,     3, Access::kWrite,   1,  1, 1},
    {"hello",     CommandId::kHello,     -1, Access::kSession, 0,  0, 0},
    {"incr",      CommandId::kIncr,       2, Access::kWrite,   1,  1, 1},
    {"incrby",    CommandId::kIncrBy,     3, Access::kWrite,   1,  1, 1},
    {"info",      CommandId::kInfo,      -1, Access::kSession, 0,  0, 0},
    {"mget",      CommandId::kMGet,      -2, Access::kRead,    1, -1, 1},
    {"mset",      CommandId::kMSet,      -3, Access::kWrite,   1, -1, 2},
    {"msetnx",    CommandId::kMSetNx,    -3, Access::kWrite,   1, -1, 2},
    {"ping",      CommandId::kPing,      -1, Access::kSession, 0,  0, 0},
    {"quit",      CommandId::kQuit,      -1, Access::kSession, 0,  0, 0},
    {"reset",     CommandId::kReset,      1, Access::kSession, 0,  0, 0},
    {"select",    CommandId::kSelect,     2, Access::kSession, 0,  0, 0},
    {"set",       CommandId::kSet,       -3, Access::kWrite,   1,  1, 1},
    {"setnx",     CommandId::kSetNx,      3, Access::kWrite,   1,  1, 1},
    {"stop",      CommandId::kStop,      -1, Access::kSession, 0,  0, 0},
    {"strlen",    CommandId::kStrLen,     2, Access::kRead,    1,  1, 1},
});
// clang-format on

static_assert(std::ranges::is_sorted(kCommands, {}, &CommandSpec::name));

constexpr char ToLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Where the commands of each first letter begin: a look-up compares with a
// handful of names.
constexpr auto kFirstOfLetter = [] {
  std::array<std::uint8_t, 27> first{};
  for (std::size_t letter = 0; letter < first.size(); ++letter) {
    while (first[letter] < kCommands.size() &&
           kCommands[first[letter]].name[0] < static_cast<char>('a' + letter)) {
      ++first[letter];
    }
  }
  return first;
}();

bool ArityFits(int arity, std::size_t words) {
  auto count = static_cast<int>(words);
  return arity >= 0 ? count == arity : count >= -arity;
}

}  // namespace

// As Redis says it: the name, then arguments until about 128 bytes are shown.
void ReplyUnknownCommand(Arguments args, ReplyWriter& replies) {
  constexpr std::size_t kShownBytes = 128;
  std::string shown;
  for (std::string_view arg : args.subspan(1)) {
    if (shown.size() >= kShownBytes) break;
    std::size_t room = kShownBytes - shown.size();
    shown += '\'';
    shown += arg.substr(0, room);
    shown += "' ";
  }
  std::string text = "ERR unknown command '";
  text += args[0].substr(0, kShownBytes);
  text += "', with args beginning with: ";
  replies.Error(text + shown);
}

bool EqualsIgnoreCase(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, {}, ToLower);
}

std::span<const CommandSpec> AllCommands() { return kCommands; }

const CommandSpec* FindCommand(std::string_view name) {
  if (name.empty()) return nullptr;
  int letter = ToLower(name[0]) - 'a';
  if (letter < 0 || letter >= 26) return nullptr;
  auto index = static_cast<std::size_t>(letter);
  for (std::size_t i = kFirstOfLetter[index]; i < kFirstOfLetter[index + 1];
       ++i) {
    if (EqualsIgnoreCase(name, kCommands[i].name)) return &kCommands[i];
  }
  return nullptr;
}

std::size_t Command::key_count() const {
  if (spec->first_key == 0) return 0;
  auto words = static_cast<int>(args.size());
  int last = spec->last_key < 0 ? words + spec->last_key : spec->last_key;
  last = std::min(last, words - 1);  // an optional key may not be there
  if (last < spec->first_key) return 0;
  return static_cast<std::size_t>((last - spec->first_key) / spec->key_step) +
         1;
}

std::optional<Command> ResolveCommand(const Request& request,
                                      ReplyWriter& replies) {
  const CommandSpec* spec = FindCommand(request.args[0]);
  if (spec == nullptr) {
    ReplyUnknownCommand(request.args, replies);
    return std::nullopt;
  }
  if (!ArityFits(spec->arity, request.args.size())) {
    replies.WrongArity(spec->name);
    return std::nullopt;
  }
  return Command{spec, request.args};
}

}  // namespace stepkv
