// shard_layout NAME: whether the shards of a store share cache lines. What no
// test of answers can see. Exit code 0: each shard has lines of its own; 1:
// some share one; 2: there is no such store.
//
// Compiled with -fno-access-control: where its shards stand is nobody else's
// business, so a store does not say.
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <set>
#include <string_view>

#include "steps/05_sharded_store/sharded_store.h"

#define main lab_main  // a lab is a server; here its store alone is wanted
#include "steps/05_sharded_store/labs/unpadded_shards.cc"
#undef main

namespace {

constexpr std::size_t kLineBytes = 64;
constexpr std::size_t kShards = 64;

template <typename Store>
int Check() {
  Store store(kShards);
  using Shard = std::remove_reference_t<decltype(store.shards_[0])>;
  std::set<std::uintptr_t> taken;
  std::size_t sharing = 0;
  for (std::size_t i = 0; i < kShards; ++i) {
    auto begin = reinterpret_cast<std::uintptr_t>(&store.shards_[i]);
    std::uintptr_t first = begin / kLineBytes;
    std::uintptr_t last = (begin + sizeof(Shard) - 1) / kLineBytes;
    sharing += taken.contains(first);
    for (std::uintptr_t line = first; line <= last; ++line) taken.insert(line);
  }
  std::cout << sharing << " of " << kShards << " shards, of " << sizeof(Shard)
            << " bytes each, share a cache line with the one before\n";
  return sharing == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view name = argc == 2 ? argv[1] : "";
  if (name == "05_sharded_store") return Check<stepkv::ShardedStore>();
  if (name == "unpadded_shards") return Check<stepkv::UnpaddedShards>();
  std::cerr << "usage: shard_layout 05_sharded_store|unpadded_shards\n";
  return 2;
}
