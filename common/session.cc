#include "common/session.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <string_view>
#include <vector>

#include "common/integer.h"

namespace stepkv {
namespace {

// What clients take us for: they ask for a version before they trust a server
// with a command.
constexpr std::string_view kRedisVersion = "7.0.15";

std::atomic<std::int64_t> last_client_id{0};

void ReplyUnknownSubcommand(Arguments args, std::string_view container,
                            ReplyWriter& replies) {
  constexpr std::size_t kShownBytes = 128;
  std::string text = "ERR unknown subcommand '";
  text += args[1].substr(0, kShownBytes);
  text += "'. Try ";
  text += container;
  text += " HELP.";
  replies.Error(text);
}

// Redis's patterns for CONFIG GET, as far as clients use them: a name or `*`.
bool Matches(std::string_view pattern, std::string_view name) {
  return pattern == "*" || EqualsIgnoreCase(pattern, name);
}

void ReplyCommandSpec(const CommandSpec& spec, ReplyWriter& replies) {
  replies.Array(6);
  replies.Bulk(spec.name);
  replies.Integer(spec.arity);
  bool on_data = spec.access != Access::kSession;
  replies.Array(on_data ? 1 : 0);
  if (on_data)
    replies.Simple(spec.access == Access::kWrite ? "write" : "readonly");
  replies.Integer(spec.first_key);
  replies.Integer(spec.last_key);
  replies.Integer(spec.key_step);
}

void ReplyCommandSpecs(Arguments names, ReplyWriter& replies) {
  replies.Array(names.size());
  for (std::string_view name : names) {
    const CommandSpec* spec = FindCommand(name);
    spec != nullptr ? ReplyCommandSpec(*spec, replies) : replies.Null();
  }
}

void ReplyAllCommandSpecs(ReplyWriter& replies) {
  replies.Array(AllCommands().size());
  for (const CommandSpec& spec : AllCommands()) ReplyCommandSpec(spec, replies);
}

void CommandCommand(Arguments args, ReplyWriter& replies) {
  if (args.size() == 1) {
    ReplyAllCommandSpecs(replies);
  } else if (EqualsIgnoreCase(args[1], "count")) {
    if (args.size() != 2) return replies.WrongArity("command|count");
    replies.Integer(static_cast<std::int64_t>(AllCommands().size()));
  } else if (EqualsIgnoreCase(args[1], "info")) {
    args.size() == 2 ? ReplyAllCommandSpecs(replies)
                     : ReplyCommandSpecs(args.subspan(2), replies);
  } else if (EqualsIgnoreCase(args[1], "docs")) {
    replies.Map(0);  // none kept: clients use them for hints alone
  } else {
    ReplyUnknownSubcommand(args, "COMMAND", replies);
  }
}

void Ping(Arguments args, ReplyWriter& replies) {
  if (args.size() > 2) return replies.WrongArity("ping");
  args.size() == 2 ? replies.Bulk(args[1]) : replies.Simple("PONG");
}

void Select(Arguments args, ReplyWriter& replies) {
  std::optional<std::int64_t> index = ParseInteger(args[1]);
  if (!index)
    return replies.Error("ERR value is not an integer or out of range");
  *index == 0 ? replies.Ok() : replies.Error("ERR DB index is out of range");
}

}  // namespace

Session::Session(const Options& options)
    : options_(options), id_(++last_client_id) {}

void Session::AnswerMalformed(const RequestParser& parser, ByteBuffer& out) {
  ReplyWriter replies(out, parser.dialect());
  replies.Error("ERR " + std::string(parser.error()));
  closing_ = true;
}

bool Session::IsHttp(const Request& request) {
  return EqualsIgnoreCase(request.args[0], "post") ||
         EqualsIgnoreCase(request.args[0], "host:");
}

bool Session::IsOwn(const Command& command) const {
  return command.spec->access == Access::kSession ||
         (command.id() == CommandId::kDebug && !options_.lab);
}

void Session::AnswerOwn(const Command& command, ByteBuffer& out,
                        ReplyWriter& replies) {
  Arguments args = command.args;
  switch (command.id()) {
    case CommandId::kClient:
      return Client(args, replies);
    case CommandId::kCommand:
      return CommandCommand(args, replies);
    case CommandId::kConfig:
      return Config(args, replies);
    case CommandId::kDebug:
      return replies.Error("ERR DEBUG command not allowed without --lab");
    case CommandId::kEcho:
      return replies.Bulk(args[1]);
    case CommandId::kHello:
      return Hello(args, out, replies);
    case CommandId::kInfo:
      return Info(args, replies);
    case CommandId::kPing:
      return Ping(args, replies);
    case CommandId::kQuit:
    case CommandId::kStop:
      return Quit(command, replies);
    case CommandId::kReset:
      resp3_ = false;
      name_.clear();
      return replies.Simple("RESET");
    case CommandId::kSelect:
      return Select(args, replies);
    default:  // the store's: IsOwn has said no
      return;
  }
}

// Lines: both end the connection without a word, as the original's STOP did.
// RESP has no STOP; we stay with what Redis answers.
void Session::Quit(const Command& command, ReplyWriter& replies) {
  bool is_line = replies.dialect() == Dialect::kLine;
  if (!is_line && command.id() == CommandId::kStop)
    return ReplyUnknownCommand(command.args, replies);
  closing_ = true;
  if (!is_line) replies.Ok();
}

void Session::Hello(Arguments args, ByteBuffer& out, ReplyWriter& replies) {
  bool resp3 = resp3_;
  if (args.size() > 1) {
    std::optional<std::int64_t> version = ParseInteger(args[1]);
    if (!version)
      return replies.Error(
          "ERR Protocol version is not an integer or out of range");
    if (*version != 2 && *version != 3)
      return replies.Error("NOPROTO unsupported protocol version");
    resp3 = *version == 3;
    if (!ApplyHelloOptions(args.subspan(2), replies)) return;
  }
  resp3_ = resp3;
  bool is_line = replies.dialect() == Dialect::kLine;
  Dialect dialect = resp3 ? Dialect::kResp3 : Dialect::kResp2;
  ReplyWriter greeting(out, is_line ? Dialect::kLine : dialect);
  greeting.Map(7);
  greeting.Bulk("server");
  greeting.Bulk("redis");
  greeting.Bulk("version");
  greeting.Bulk(kRedisVersion);
  greeting.Bulk("proto");
  greeting.Integer(resp3 ? 3 : 2);
  greeting.Bulk("id");
  greeting.Integer(id_);
  greeting.Bulk("mode");
  greeting.Bulk("standalone");
  greeting.Bulk("role");
  greeting.Bulk("master");
  greeting.Bulk("modules");
  greeting.Array(0);
}

// AUTH user password, SETNAME name. There are no passwords: as in a Redis
// without any, the default user may say what it likes.
bool Session::ApplyHelloOptions(Arguments options, ReplyWriter& replies) {
  std::optional<std::string_view> name;
  while (!options.empty()) {
    std::size_t used = 0;
    if (EqualsIgnoreCase(options[0], "auth") && options.size() > 2) {
      used = 3;
      if (options[1] != "default") {
        replies.Error(
            "WRONGPASS invalid username-password pair or user is disabled.");
        return false;
      }
    } else if (EqualsIgnoreCase(options[0], "setname") && options.size() > 1) {
      used = 2;
      name = options[1];
    } else {
      replies.Error("ERR Syntax error in HELLO option '" +
                    std::string(options[0]) + "'");
      return false;
    }
    options = options.subspan(used);
  }
  return !name || SetName(*name, replies);
}

// On failure the error has been written, and the name is as it was.
bool Session::SetName(std::string_view name, ReplyWriter& replies) {
  bool printable =
      std::ranges::all_of(name, [](char c) { return c >= '!' && c <= '~'; });
  if (!printable) {
    replies.Error(
        "ERR Client names cannot contain spaces, newlines or special "
        "characters.");
    return false;
  }
  name_ = name;
  return true;
}

void Session::Client(Arguments args, ReplyWriter& replies) {
  std::string_view what = args[1];
  if (EqualsIgnoreCase(what, "setname")) {
    if (args.size() != 3) return replies.WrongArity("client|setname");
    if (SetName(args[2], replies)) replies.Ok();
  } else if (EqualsIgnoreCase(what, "getname")) {
    if (args.size() != 2) return replies.WrongArity("client|getname");
    name_.empty() ? replies.Null() : replies.Bulk(name_);
  } else if (EqualsIgnoreCase(what, "id")) {
    if (args.size() != 2) return replies.WrongArity("client|id");
    replies.Integer(id_);
  } else if (EqualsIgnoreCase(what, "setinfo")) {
    if (args.size() != 4) return replies.WrongArity("client|setinfo");
    replies.Ok();  // what the client's library is called interests nobody here
  } else {
    ReplyUnknownSubcommand(args, "CLIENT", replies);
  }
}

void Session::Config(Arguments args, ReplyWriter& replies) const {
  if (!EqualsIgnoreCase(args[1], "get"))
    return ReplyUnknownSubcommand(args, "CONFIG", replies);
  if (args.size() < 3) return replies.WrongArity("config|get");
  struct Setting {
    std::string_view name;
    std::string value;
  };
  const std::array settings = std::to_array<Setting>({
      {"appendonly", "no"},
      {"databases", "1"},
      {"maxclients", std::to_string(options_.max_clients)},
      {"proto-max-bulk-len", std::to_string(options_.limits.bulk_bytes)},
      {"save", ""},
      {"timeout", std::to_string(options_.idle_timeout.count())},
  });
  std::vector<const Setting*> found;
  for (const Setting& setting : settings) {
    bool asked = std::ranges::any_of(args.subspan(2),
                                     [&setting](std::string_view pattern) {
                                       return Matches(pattern, setting.name);
                                     });
    if (asked) found.push_back(&setting);
  }
  // An array of names and values in RESP3 too, where Redis has a map.
  replies.Array(2 * found.size());
  for (const Setting* setting : found) {
    replies.Bulk(setting->name);
    replies.Bulk(setting->value);
  }
}

void Session::Info(Arguments args, ReplyWriter& replies) const {
  auto is_known = [](std::string_view section) {
    return std::ranges::any_of(
        std::to_array<std::string_view>({"server", "persistence", "replication",
                                         "default", "all", "everything"}),
        [section](std::string_view known) {
          return EqualsIgnoreCase(section, known);
        });
  };
  // Whoever asks for a part gets the whole: it is short.
  if (args.size() > 1 && std::ranges::none_of(args.subspan(1), is_known))
    return replies.Bulk("");
  std::string text = "# Server\r\nredis_version:";
  text += kRedisVersion;
  text +=
      "\r\nredis_mode:standalone\r\n\r\n# Persistence\r\nloading:0\r\n"
      "\r\n# Replication\r\nrole:master\r\n";
  replies.Bulk(text);
}

}  // namespace stepkv
