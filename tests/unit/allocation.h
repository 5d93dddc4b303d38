// What this process allocates with operator new, which the unit tests replace:
// to count allocations, and to make them fail.
//
// Any thread may allocate at any time; the counts are each thread's own.
#ifndef STEPKV_TESTS_UNIT_ALLOCATION_H_
#define STEPKV_TESTS_UNIT_ALLOCATION_H_

#include <cstddef>

namespace stepkv::testing {

// Allocations that the calling thread has made so far.
std::size_t AllocationsOfThisThread();

// As long as it lives, operator new throws std::bad_alloc for blocks of
// `bytes` and more, in every thread. One at a time.
class LargeAllocationsFail {
 public:
  explicit LargeAllocationsFail(std::size_t bytes);
  ~LargeAllocationsFail();
  LargeAllocationsFail(const LargeAllocationsFail&) = delete;
  LargeAllocationsFail& operator=(const LargeAllocationsFail&) = delete;
};

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_UNIT_ALLOCATION_H_
