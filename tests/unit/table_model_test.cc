#include "tests/unit/table_model.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "common/table.h"
#include "tests/unit/execution.h"
#include "tests/unit/random_commands.h"

namespace stepkv::testing {
namespace {

std::string Shown(const Words& words) {
  std::string shown;
  for (const std::string& word : words) shown += "[" + word + "] ";
  return shown;
}

TEST(Table, AnswersRandomCommandsAsThePlainModelDoes) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    RandomCommands commands(seed);
    TableModel model;
    Table table;
    for (int i = 0; i < 1000; ++i) {
      Words words = commands.Next();
      ASSERT_EQ(AnswerOf(table, words), model.Run(words))
          << "seed " << seed << ": " << Shown(words);
    }
  }
}

std::size_t ShardOfLastLetter(std::string_view key, std::size_t shards) {
  return static_cast<std::size_t>(key.back()) % shards;
}

// Several tables, seen as one.
class SplitTable {
 public:
  explicit SplitTable(std::size_t count) : tables_(count) {
    for (Table& table : tables_) pointers_.push_back(&table);
  }
  void Execute(const Command& command, ReplyWriter& replies) {
    Table::Apply(pointers_, &ShardOfLastLetter, command, replies);
  }
  const std::vector<Table>& tables() const { return tables_; }

 private:
  std::vector<Table> tables_;
  std::vector<Table*> pointers_;
};

TEST(Table, SpreadOverSeveralAnswersAsOne) {
  for (std::size_t count : {1u, 2u, 5u}) {
    RandomCommands commands(7);
    TableModel model;
    SplitTable tables(count);
    for (int i = 0; i < 5000; ++i) {
      Words words = commands.Next();
      ASSERT_EQ(AnswerOf(tables, words), model.Run(words)) << Shown(words);
    }
  }
}

TEST(Table, SpreadOverSeveralKeepsEachKeyInItsOwn) {
  SplitTable tables(2);
  AnswerOf(tables, {"MSET", "k0", "a", "k1", "b", "k2", "c"});
  EXPECT_EQ(tables.tables()[0].size(), 2u);
  EXPECT_EQ(tables.tables()[1].size(), 1u);
}

}  // namespace
}  // namespace stepkv::testing
