#include "common/command.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/unit/execution.h"
#include "tests/unit/parsing.h"

namespace stepkv::testing {
namespace {

TEST(CommandTable, IsSortedAndInLowerCase) {
  EXPECT_TRUE(std::ranges::is_sorted(AllCommands(), std::ranges::less_equal{},
                                     &CommandSpec::name));
  for (const CommandSpec& spec : AllCommands()) {
    for (char c : spec.name) EXPECT_TRUE(c >= 'a' && c <= 'z') << spec.name;
  }
}

TEST(CommandTable, HoldsEachIdOnce) {
  std::set<CommandId> ids;
  for (const CommandSpec& spec : AllCommands()) ids.insert(spec.id);
  EXPECT_EQ(ids.size(), AllCommands().size());
  for (int id = 0; id <= static_cast<int>(CommandId::kStrLen); ++id) {
    EXPECT_TRUE(ids.contains(static_cast<CommandId>(id))) << id;
  }
}

// redis-server 7.0.15's own COMMAND INFO; STOP it does not know, and DEBUG's
// key is of our SLEEP.
constexpr CommandSpec kOfRedis[] = {
    {"append", CommandId::kAppend, 3, Access::kWrite, 1, 1, 1},
    {"client", CommandId::kClient, -2, Access::kSession, 0, 0, 0},
    {"command", CommandId::kCommand, -1, Access::kSession, 0, 0, 0},
    {"config", CommandId::kConfig, -2, Access::kSession, 0, 0, 0},
    {"dbsize", CommandId::kDbSize, 1, Access::kRead, 0, 0, 0},
    {"decr", CommandId::kDecr, 2, Access::kWrite, 1, 1, 1},
    {"decrby", CommandId::kDecrBy, 3, Access::kWrite, 1, 1, 1},
    {"del", CommandId::kDel, -2, Access::kWrite, 1, -1, 1},
    {"echo", CommandId::kEcho, 2, Access::kSession, 0, 0, 0},
    {"exists", CommandId::kExists, -2, Access::kRead, 1, -1, 1},
    {"flushall", CommandId::kFlushAll, -1, Access::kWrite, 0, 0, 0},
    {"flushdb", CommandId::kFlushDb, -1, Access::kWrite, 0, 0, 0},
    {"get", CommandId::kGet, 2, Access::kRead, 1, 1, 1},
    {"getdel", CommandId::kGetDel, 2, Access::kWrite, 1, 1, 1},
    {"getset", CommandId::kGetSet, 3, Access::kWrite, 1, 1, 1},
    {"hello", CommandId::kHello, -1, Access::kSession, 0, 0, 0},
    {"incr", CommandId::kIncr, 2, Access::kWrite, 1, 1, 1},
    {"incrby", CommandId::kIncrBy, 3, Access::kWrite, 1, 1, 1},
    {"info", CommandId::kInfo, -1, Access::kSession, 0, 0, 0},
    {"mget", CommandId::kMGet, -2, Access::kRead, 1, -1, 1},
    {"mset", CommandId::kMSet, -3, Access::kWrite, 1, -1, 2},
    {"msetnx", CommandId::kMSetNx, -3, Access::kWrite, 1, -1, 2},
    {"ping", CommandId::kPing, -1, Access::kSession, 0, 0, 0},
    {"quit", CommandId::kQuit, -1, Access::kSession, 0, 0, 0},
    {"reset", CommandId::kReset, 1, Access::kSession, 0, 0, 0},
    {"select", CommandId::kSelect, 2, Access::kSession, 0, 0, 0},
    {"set", CommandId::kSet, -3, Access::kWrite, 1, 1, 1},
    {"setnx", CommandId::kSetNx, 3, Access::kWrite, 1, 1, 1},
    {"strlen", CommandId::kStrLen, 2, Access::kRead, 1, 1, 1},
};

TEST(CommandTable, IsRedissOwn) {
  for (const CommandSpec& redis : kOfRedis) {
    const CommandSpec* ours = FindCommand(redis.name);
    ASSERT_NE(ours, nullptr) << redis.name;
    EXPECT_EQ(ours->id, redis.id) << redis.name;
    EXPECT_EQ(ours->arity, redis.arity) << redis.name;
    EXPECT_EQ(ours->access, redis.access) << redis.name;
    EXPECT_EQ(ours->first_key, redis.first_key) << redis.name;
    EXPECT_EQ(ours->last_key, redis.last_key) << redis.name;
    EXPECT_EQ(ours->key_step, redis.key_step) << redis.name;
  }
  EXPECT_EQ(AllCommands().size(), std::size(kOfRedis) + 2);
}

TEST(FindCommand, FindsEveryNameInAnyCase) {
  for (const CommandSpec& spec : AllCommands()) {
    std::string name(spec.name);
    EXPECT_EQ(FindCommand(name), &spec);
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    EXPECT_EQ(FindCommand(name), &spec);
    std::ranges::transform(name, name.begin(), ::toupper);
    EXPECT_EQ(FindCommand(name), &spec);
  }
}

TEST(FindCommand, FindsNothingElse) {
  for (std::string name :
       {"", "GETX", "GE", "SETN", "SETNXX", " get", "get ", "@", "[", "`", "{",
        "zzz", "aaa", "\xc7\xc5\xd4", "g\x45\x54\x01"}) {
    EXPECT_EQ(FindCommand(name), nullptr) << name;
  }
}

std::string KeysOf(const Words& words) {
  Execution execution(words);
  std::string keys;
  for (std::size_t i = 0; i < execution.command().key_count(); ++i) {
    keys += std::string(execution.command().key(i)) + ";";
  }
  return keys;
}

TEST(Keys, AreWhereTheTableSays) {
  EXPECT_EQ(KeysOf({"GET", "a"}), "a;");
  EXPECT_EQ(KeysOf({"SET", "a", "1", "NX", "GET"}), "a;");
  EXPECT_EQ(KeysOf({"MGET", "a", "b", "a"}), "a;b;a;");
  EXPECT_EQ(KeysOf({"MSET", "a", "1", "b", "2"}), "a;b;");
  EXPECT_EQ(KeysOf({"MSETNX", "a", "1"}), "a;");
  EXPECT_EQ(KeysOf({"DBSIZE"}), "");
  EXPECT_EQ(KeysOf({"FLUSHALL", "ASYNC"}), "");
  EXPECT_EQ(KeysOf({"DEBUG", "SLEEP", "0"}), "");
  EXPECT_EQ(KeysOf({"DEBUG", "SLEEP", "0", "a"}), "a;");
  EXPECT_EQ(KeysOf({"DEBUG", "SLEEP", "0", "a", "b"}), "a;");
}

TEST(Keys, OfAHalfPairAreWithinTheRequest) {
  EXPECT_EQ(KeysOf({"MSET", "a", "1", "b"}), "a;b;");
}

std::string Resolved(const Words& words) {
  std::vector<std::string_view> args(words.begin(), words.end());
  ByteBuffer out;
  ReplyWriter replies(out, Dialect::kLine);
  auto command = ResolveCommand({Dialect::kLine, args}, replies);
  return command ? std::string(command->spec->name) : std::string(out.View());
}

TEST(Resolve, ChecksTheNumberOfWords) {
  for (const CommandSpec& spec : AllCommands()) {
    auto least = static_cast<std::size_t>(std::abs(spec.arity));
    Words words(least, std::string(spec.name));
    std::string error = "ERR wrong number of arguments for '" +
                        std::string(spec.name) + "' command\n";
    EXPECT_EQ(Resolved(words), spec.name);
    words.emplace_back("one more");
    EXPECT_EQ(Resolved(words), spec.arity < 0 ? spec.name : error);
    if (least == 1) continue;
    words.resize(least - 1);
    EXPECT_EQ(Resolved(words), error);
  }
}

TEST(Resolve, ShowsAnUnknownCommandsBeginning) {
  EXPECT_EQ(Resolved({"GETX", "a", "b c"}),
            "ERR unknown command 'GETX', with args beginning with: 'a' 'b c' "
            "\n");
  EXPECT_EQ(Resolved({"a\r\nb"}),
            "ERR unknown command 'a  b', with args beginning with: \n");
  Words many(1000, std::string(50, 'x'));
  EXPECT_LT(Resolved(many).size(), 300u);
  EXPECT_LT(Resolved({std::string(100000, 'y')}).size(), 300u);
}

}  // namespace
}  // namespace stepkv::testing
