// The commands once more, said as plainly as can be: what Table is compared
// with. Answers in the line dialect.
#ifndef STEPKV_TESTS_UNIT_TABLE_MODEL_H_
#define STEPKV_TESTS_UNIT_TABLE_MODEL_H_

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "common/escape.h"
#include "tests/unit/parsing.h"

namespace stepkv::testing {

class TableModel {
 public:
  std::string Run(const Words& words) {
    const std::string& name = words[0];
    if (name == "GET") return Show(Old(words[1]));
    if (name == "SET") return Set(words);
    if (name == "SETNX") return Count(SetNew(words));
    if (name == "MSETNX" && words.size() % 2 == 1) return Count(SetNew(words));
    if (name == "GETSET") return Answer(words[1], words[2]);
    if (name == "GETDEL") return Answer(words[1], std::nullopt);
    if (name == "DEL") return Del(words);
    if (name == "EXISTS") return Exists(words);
    if (name == "APPEND") return Append(words);
    if (name == "STRLEN") return Count(Old(words[1]).value_or("").size());
    if (name == "INCR") return Add(words[1], "1", +1);
    if (name == "DECR") return Add(words[1], "1", -1);
    if (name == "INCRBY") return Add(words[1], words[2], +1);
    if (name == "DECRBY") return Add(words[1], words[2], -1);
    if (name == "MGET") return MGet(words);
    if (name == "MSET" && words.size() % 2 == 1) return MSet(words);
    if (name == "DBSIZE") return Count(values_.size());
    if (name == "FLUSHALL" || name == "FLUSHDB") return Flush(words);
    return "ERR wrong number of arguments for '" + Lower(name) + "' command\n";
  }

 private:
  using Value = std::optional<std::string>;
  __extension__ using Wide = __int128;  // holds every sum of two numbers

  static std::string Lower(std::string text) {
    std::ranges::transform(text, text.begin(), ::tolower);
    return text;
  }
  static std::string Count(std::size_t n) { return std::to_string(n) + "\n"; }
  static std::string Quoted(const std::string& value, bool in_list) {
    bool quote = value.empty() || std::ranges::any_of(value, IsControl) ||
                 (in_list && value.find(' ') != value.npos);
    return quote ? "\"" + Escape(value) + "\"" : value;
  }
  static std::string Show(const Value& value) {
    return (value ? Quoted(*value, false) : "") + "\n";
  }

  Value Old(const std::string& key) const {
    auto found = values_.find(key);
    return found == values_.end() ? Value() : found->second;
  }
  std::string Answer(const std::string& key, const Value& value) {
    Value old = Old(key);
    values_.erase(key);
    if (value) values_[key] = *value;
    return Show(old);
  }
  std::string Set(const Words& words) {
    std::set<std::string> options;
    for (std::size_t i = 3; i < words.size(); ++i) {
      options.insert(Lower(words[i]));
    }
    bool nx = options.contains("nx"), xx = options.contains("xx");
    if ((nx && xx) || options.contains("ex")) return "ERR syntax error\n";
    Value old = Old(words[1]);
    bool set = !(nx && old) && !(xx && !old);
    if (set) values_[words[1]] = words[2];
    if (options.contains("get")) return Show(old);
    return set ? "OK\n" : "\n";
  }
  bool SetNew(const Words& words) {
    for (std::size_t i = 1; i < words.size(); i += 2) {
      if (Old(words[i])) return false;
    }
    MSet(words);
    return true;
  }
  std::string MSet(const Words& words) {
    for (std::size_t i = 1; i < words.size(); i += 2) {
      values_[words[i]] = words[i + 1];
    }
    return "OK\n";
  }
  std::string MGet(const Words& words) const {
    std::string line;
    for (std::size_t i = 1; i < words.size(); ++i) {
      Value value = Old(words[i]);
      line += (value ? Quoted(*value, true) : "(nil)");
      line += i + 1 < words.size() ? " " : "\n";
    }
    return line;
  }
  std::string Del(const Words& words) {
    std::size_t deleted = 0;
    for (std::size_t i = 1; i < words.size(); ++i) {
      deleted += values_.erase(words[i]);
    }
    return Count(deleted);
  }
  std::string Exists(const Words& words) const {
    std::size_t found = 0;
    for (std::size_t i = 1; i < words.size(); ++i) {
      found += values_.count(words[i]);
    }
    return Count(found);
  }
  std::string Append(const Words& words) {
    values_[words[1]] += words[2];
    return Count(values_[words[1]].size());
  }
  std::string Flush(const Words& words) {
    if (words.size() > 1 && Lower(words[1]) == "x") return "ERR syntax error\n";
    values_.clear();
    return "OK\n";
  }

  // A number is canonical when it is written as it would be written.
  static std::optional<Wide> Number(const std::string& text) {
    Wide number = 0;
    bool negative = text.starts_with('-');
    for (char c : text.substr(negative ? 1 : 0)) {
      if (c < '0' || c > '9' || text.size() > 25) return std::nullopt;
      number = number * 10 + (c - '0');
    }
    if (negative) number = -number;
    if (Written(number) != text || !Fits(number)) return std::nullopt;
    return number;
  }
  static bool Fits(Wide number) {
    return number >= INT64_MIN && number <= INT64_MAX;
  }
  static std::string Written(Wide number) {
    std::string digits;
    bool negative = number < 0;
    if (negative) number = -number;
    do {
      digits.insert(0, 1,
                    static_cast<char>('0' + static_cast<int>(number % 10)));
      number /= 10;
    } while (number > 0);
    return (negative ? "-" : "") + digits;
  }
  std::string Add(const std::string& key, const std::string& amount, int sign) {
    auto add = Number(amount);
    if (add && sign < 0 && *add == INT64_MIN)
      return "ERR decrement would overflow\n";
    auto number = Number(Old(key).value_or("0"));
    if (!add || !number) return "ERR value is not an integer or out of range\n";
    if (!Fits(*number + sign * *add))
      return "ERR increment or decrement would overflow\n";
    values_[key] = Written(*number + sign * *add);
    return values_[key] + "\n";
  }

  std::map<std::string, std::string> values_;
};

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_UNIT_TABLE_MODEL_H_
