// Every request that a run can make, with the one reply that is right: written
// down before the run, so that the generator only compares bytes. A key's
// value depends on the key alone and is set before it is first asked for;
// every GET therefore has one right answer whoever else is writing.
//
// Immutable after construction: threads may share it. The views live as long
// as the corpus.
#ifndef STEPKV_BENCH_COMPARE_CORPUS_H_
#define STEPKV_BENCH_COMPARE_CORPUS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/workload.h"

namespace stepkv::bench {

struct Exchange {
  std::string_view request;
  std::string_view reply;
};

class Corpus {
 public:
  // Keys are numbered from 0 here; the first one's name on the wire is
  // `first_key`, so that corpora can be told to be about different keys.
  Corpus(Protocol protocol, std::size_t keys, std::size_t value_bytes,
         std::size_t first_key = 0);

  Exchange Get(std::size_t key) const {
    return {keys_[key].get, keys_[key].get_reply};
  }
  Exchange Set(std::size_t key) const {
    return {keys_[key].set, keys_[key].set_reply};
  }
  std::size_t keys() const { return keys_.size(); }

  // An echo server stores nothing.
  bool NeedsSetting() const { return protocol_ != Protocol::kEcho; }

 private:
  struct Entry {
    std::string get;
    std::string get_reply;
    std::string set;
    std::string set_reply;
  };

  Entry MakeEntry(std::size_t key, std::size_t value_bytes) const;

  Protocol protocol_;
  std::vector<Entry> keys_;
};

// The value of a key: letters and digits, so that no dialect has to quote it.
std::string ValueOf(std::size_t key, std::size_t value_bytes);

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_CORPUS_H_
