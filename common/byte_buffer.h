// A queue of bytes in one piece of memory: written at the end, consumed at the
// front. Both directions of a connection use it.
//
// Owner: whoever holds it; one thread at a time. It may be moved, not copied.
// Memory grows to at most twice what it holds plus what Prepare asked for, and
// Release gives it all back. Growing throws std::bad_alloc when there is no
// memory left; the contents are unharmed then.
#ifndef STEPKV_COMMON_BYTE_BUFFER_H_
#define STEPKV_COMMON_BYTE_BUFFER_H_

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace stepkv {

class ByteBuffer {
 public:
  ByteBuffer() = default;
  ByteBuffer(ByteBuffer&& other) noexcept { Swap(other); }
  ByteBuffer& operator=(ByteBuffer&& other) noexcept {
    Swap(other);
    return *this;
  }
  ~ByteBuffer() { Release(); }

  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }

  // What has been written and not consumed. Valid until the next Prepare,
  // Append, Clear or Release; Consume leaves the bytes where they are.
  std::span<char> Readable() { return {memory_ + begin_, size()}; }
  std::string_view View() const { return {memory_ + begin_, size()}; }

  void Consume(std::size_t bytes) { begin_ += bytes; }

  // At least `bytes` of room at the end, to be filled by the caller, who then
  // says with Commit how much of it was.
  std::span<char> Prepare(std::size_t bytes) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (capacity_ - end_ < bytes) MakeRoom(bytes);
    return {memory_ + end_, capacity_ - end_};
  }
  void Commit(std::size_t bytes) { end_ += bytes; }

  void Append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(Prepare(bytes.size()).data(), bytes.data(), bytes.size());
    Commit(bytes.size());
  }

  void Clear() { begin_ = end_ = 0; }

  // Empties the buffer and gives its memory back.
  void Release();

 private:
  void Swap(ByteBuffer& other) noexcept;
  void MakeRoom(std::size_t bytes);

  char* memory_ = nullptr;  // from malloc, so that realloc(3) can grow it
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace stepkv

#endif  // STEPKV_COMMON_BYTE_BUFFER_H_
