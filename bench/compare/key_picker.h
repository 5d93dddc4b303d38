// Which key a request is about: all alike (uniform), or few of them most of
// the time (Zipf: the k-th most popular key is asked for 1/k^s as often as the
// first). Each thread has its own; the same seed gives the same keys.
#ifndef STEPKV_BENCH_COMPARE_KEY_PICKER_H_
#define STEPKV_BENCH_COMPARE_KEY_PICKER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stepkv::bench {

// SplitMix64 (Steele, Lea, Flood 2014): small, fast, good enough for loads.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // From 0 up to, not including, 1.
  double NextShare() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

  // From 0 up to, not including, `bound`.
  std::size_t NextBelow(std::size_t bound) {
    return static_cast<std::size_t>(NextShare() * static_cast<double>(bound));
  }

 private:
  std::uint64_t state_;
};

class KeyPicker {
 public:
  // An exponent of 0 is the uniform distribution. `keys` is at least 1.
  KeyPicker(std::size_t keys, double zipf_exponent, std::uint64_t seed);

  // A key's index, below `keys`.
  std::size_t Next();

 private:
  // Walker's alias method: a column is kept with its own probability and
  // otherwise stands for its alias, so a draw costs the same for any
  // distribution.
  struct Column {
    double keep = 1;
    std::size_t alias = 0;
  };

  void BuildColumns(double zipf_exponent);

  Random random_;
  std::size_t keys_;
  std::vector<Column> columns_;  // empty when uniform
};

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_KEY_PICKER_H_
