// Commands on few keys, so that they meet: what the table and the stores are
// compared on. Every command on data, most of its forms, and some errors.
#ifndef STEPKV_TESTS_UNIT_RANDOM_COMMANDS_H_
#define STEPKV_TESTS_UNIT_RANDOM_COMMANDS_H_

#include <cstddef>
#include <random>
#include <string>

#include "tests/unit/parsing.h"

namespace stepkv::testing {

class RandomCommands {
 public:
  explicit RandomCommands(unsigned seed, std::size_t keys = 8)
      : random_(seed), keys_(keys) {}

  Words Next() {
    switch (Below(22)) {
      case 0:
        return {"GET", Key()};
      case 1:
        return {"SET", Key(), Value()};
      case 2:
        return {"SET", Key(), Value(), Pick({"NX", "XX"})};
      case 3:
        return {"SET", Key(), Value(), "GET"};
      case 4:
        return {"SET", Key(), Value(), Pick({"nx", "xx"}), "get"};
      case 5:
        return {"SET", Key(), Value(), "NX", Pick({"XX", "EX"})};
      case 6:
        return {"SETNX", Key(), Value()};
      case 7:
        return {"GETSET", Key(), Value()};
      case 8:
        return {"GETDEL", Key()};
      case 9:
        return WithKeys("DEL");
      case 10:
        return WithKeys("EXISTS");
      case 11:
        return {"APPEND", Key(), Value()};
      case 12:
        return {"STRLEN", Key()};
      case 13:
        return {Pick({"INCR", "DECR"}), Key()};
      case 14:
        return {Pick({"INCRBY", "DECRBY"}), Key(), Value()};
      case 15:
        return WithKeys("MGET");
      case 16:
        return WithPairs("MSET");
      case 17:
        return WithPairs("MSETNX");
      case 18:
        return {"MSET", Key(), Value(), Key()};
      case 19:
        return {"DBSIZE"};
      case 20:
        return WithKeys("MGET");
      default:
        if (Below(4) > 0) return {"DBSIZE"};
        return {Pick({"FLUSHALL", "FLUSHDB"}), Pick({"ASYNC", "SYNC", "X"})};
    }
  }

 private:
  std::size_t Below(std::size_t end) { return random_() % end; }
  std::string Pick(const Words& words) { return words[Below(words.size())]; }
  std::string Key() { return "k" + std::to_string(Below(keys_)); }
  std::string Value() {
    return Pick({"", "0", "7", "-3", "9223372036854775807", "01", "text",
                 "-9223372036854775808", "a b", "\n"});
  }
  Words WithKeys(std::string name) {
    Words words = {std::move(name)};
    for (std::size_t i = Below(4) + 1; i > 0; --i) words.push_back(Key());
    return words;
  }
  Words WithPairs(std::string name) {
    Words words = {std::move(name)};
    for (std::size_t i = Below(3) + 1; i > 0; --i) {
      words.push_back(Key());
      words.push_back(Value());
    }
    return words;
  }

  std::mt19937 random_;
  const std::size_t keys_;
};

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_UNIT_RANDOM_COMMANDS_H_
