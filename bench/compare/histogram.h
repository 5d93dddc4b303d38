// Latencies in logarithmic buckets, each cut into 128 equal parts: any time up
// to 18 minutes in 30 KiB, every quantile at most 1/128 too high (the idea of
// HdrHistogram, http://hdrhistogram.org). One thread at a time.
#ifndef STEPKV_BENCH_COMPARE_HISTOGRAM_H_
#define STEPKV_BENCH_COMPARE_HISTOGRAM_H_

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace stepkv::bench {

class Histogram {
 public:
  Histogram() : buckets_(kBuckets, 0) {}

  // Times beyond kLargest are counted as kLargest.
  void Record(std::uint64_t nanoseconds) {
    ++buckets_[Index(std::min(nanoseconds, kLargest))];
    ++count_;
  }

  void Merge(const Histogram& other) {
    for (std::size_t i = 0; i < kBuckets; ++i) {
      buckets_[i] += other.buckets_[i];
    }
    count_ += other.count_;
  }

  std::uint64_t count() const { return count_; }

  // The least time that at least `share` (0 to 1) of all recorded times do not
  // exceed; 0 when nothing was recorded.
  std::uint64_t Quantile(double share) const {
    auto wanted = static_cast<std::uint64_t>(
        std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += buckets_[i];
      if (seen > 0 && seen >= wanted) return Highest(i);
    }
    return 0;
  }

  static constexpr std::uint64_t kLargest = (std::uint64_t{1} << 40) - 1;

 private:
  static constexpr int kPartBits = 7;
  static constexpr std::size_t kParts = std::size_t{1} << kPartBits;
  static constexpr std::size_t kBuckets = (40 - kPartBits + 1) * kParts;

  // Times below 128 ns have a bucket each. Above, `shift` low bits are
  // dropped, so that the rest lies between 128 and 255.
  static std::size_t Index(std::uint64_t value) {
    if (value < kParts) return static_cast<std::size_t>(value);
    auto shift =
        static_cast<std::size_t>(std::bit_width(value)) - kPartBits - 1;
    return shift * kParts + static_cast<std::size_t>(value >> shift);
  }

  static std::uint64_t Highest(std::size_t index) {
    if (index < 2 * kParts) return index;
    std::size_t shift = index / kParts - 1;
    std::uint64_t part = index - shift * kParts;
    return ((part + 1) << shift) - 1;
  }

  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
};

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_HISTOGRAM_H_
