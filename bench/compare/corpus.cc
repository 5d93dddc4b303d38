#include "bench/compare/corpus.h"

#include <cstdio>

#include "bench/compare/key_picker.h"

namespace stepkv::bench {
namespace {

std::string KeyName(std::size_t key) {
  char name[32];
  std::snprintf(name, sizeof name, "key:%08zu", key);
  return name;
}

std::string RespBulk(const std::string& bytes) {
  std::string bulk = "$";
  bulk += std::to_string(bytes.size());
  bulk += "\r\n";
  bulk += bytes;
  bulk += "\r\n";
  return bulk;
}

}  // namespace

std::string ValueOf(std::size_t key, std::size_t value_bytes) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789XY";
  static_assert(kLetters.size() == 64);
  Random random(key + 1);
  std::string value(value_bytes, ' ');
  for (char& letter : value) letter = kLetters[random.Next() % 64];
  return value;
}

Corpus::Corpus(Protocol protocol, std::size_t keys, std::size_t value_bytes,
               std::size_t first_key)
    : protocol_(protocol) {
  keys_.reserve(keys);
  for (std::size_t key = 0; key < keys; ++key) {
    keys_.push_back(MakeEntry(first_key + key, value_bytes));
  }
}

Corpus::Entry Corpus::MakeEntry(std::size_t key,
                                std::size_t value_bytes) const {
  std::string name = KeyName(key);
  std::string value = ValueOf(key, value_bytes);
  std::string length = std::to_string(value_bytes);
  std::string get = "GET " + name + "\n";
  std::string set = "SET " + name + " " + value + "\n";
  switch (protocol_) {
    case Protocol::kEcho:
      return {get, get, set, set};
    case Protocol::kLine:
      return {get, value + "\n", set, "OK\n"};
    case Protocol::kResp:
      return {"*2\r\n$3\r\nGET\r\n" + RespBulk(name), RespBulk(value),
              "*3\r\n$3\r\nSET\r\n" + RespBulk(name) + RespBulk(value),
              "+OK\r\n"};
    case Protocol::kMemcached:
      return {"get " + name + "\r\n",
              "VALUE " + name + " 0 " + length + "\r\n" + value + "\r\nEND\r\n",
              "set " + name + " 0 0 " + length + "\r\n" + value + "\r\n",
              "STORED\r\n"};
  }
  return {};
}

}  // namespace stepkv::bench
