#include "tests/unit/allocation.h"

#include <atomic>
#include <cstdlib>
#include <limits>
#include <new>

namespace stepkv::testing {
namespace {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();
std::atomic<std::size_t> failing_bytes{kNever};
thread_local std::size_t allocations = 0;

void* Allocate(std::size_t bytes) noexcept {
  ++allocations;
  if (bytes >= failing_bytes.load(std::memory_order_relaxed)) return nullptr;
  return std::malloc(bytes > 0 ? bytes : 1);
}

}  // namespace

std::size_t AllocationsOfThisThread() { return allocations; }

LargeAllocationsFail::LargeAllocationsFail(std::size_t bytes) {
  failing_bytes = bytes;
}

LargeAllocationsFail::~LargeAllocationsFail() { failing_bytes = kNever; }

}  // namespace stepkv::testing

// The forms that are not replaced (arrays) call these or, under a sanitizer,
// the sanitizer's own on both sides.
void* operator new(std::size_t bytes) {
  void* memory = stepkv::testing::Allocate(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return stepkv::testing::Allocate(bytes);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
