#include "common/byte_buffer.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

namespace stepkv {

void ByteBuffer::Release() {
  std::free(memory_);
  memory_ = nullptr;
  capacity_ = begin_ = end_ = 0;
}

void ByteBuffer::Swap(ByteBuffer& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(capacity_, other.capacity_);
  std::swap(begin_, other.begin_);
  std::swap(end_, other.end_);
}

void ByteBuffer::MakeRoom(std::size_t bytes) {
  if (begin_ > 0) {  // consumed bytes first: often that is room enough
    std::memmove(memory_, memory_ + begin_, size());
    end_ -= begin_;
    begin_ = 0;
  }
  if (capacity_ - end_ >= bytes) return;
  // Doubling keeps appending linear in the bytes appended. realloc moves a
  // large block by remapping its pages (mremap(2)), not by copying them.
  std::size_t capacity = std::max(end_ + bytes, 2 * capacity_);
  void* memory = std::realloc(memory_, capacity);
  if (memory == nullptr) throw std::bad_alloc();
  memory_ = static_cast<char*>(memory);
  capacity_ = capacity;
}

}  // namespace stepkv
