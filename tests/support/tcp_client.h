// A blocking TCP client for tests: every call ends within `kPatience`, and
// what it returns says whether the server answered, closed or stayed silent.
// One thread at a time.
#ifndef STEPKV_TESTS_SUPPORT_TCP_CLIENT_H_
#define STEPKV_TESTS_SUPPORT_TCP_CLIENT_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stepkv::testing {

// Long enough for a sanitizer on a busy machine: only a failure waits it out.
inline constexpr std::chrono::seconds kPatience{20};

class TcpClient {
 public:
  // Throws std::system_error when the connection is refused.
  explicit TcpClient(std::uint16_t port, const std::string& host = "127.0.0.1");
  TcpClient(TcpClient&& other) noexcept;
  TcpClient& operator=(TcpClient&& other) noexcept;
  ~TcpClient();

  // False when the server has closed or reset the connection, or has not
  // taken the bytes within `kPatience`.
  bool Send(std::string_view bytes);

  // Sends at most what the kernel takes at once; returns the bytes taken, 0
  // when it takes none. For clients that never read.
  std::size_t SendWithoutWaiting(std::string_view bytes);

  // Up to `count` bytes; fewer at the end of the stream or out of patience.
  std::string Read(std::size_t count);

  // What has arrived, at least one byte and at most `most`; empty at the end
  // of the stream or out of patience.
  std::string ReadSome(std::size_t most);

  // Through the first '\n', which is included.
  std::string ReadLine();

  // One whole RESP2/RESP3 reply, raw, nested elements included.
  std::string ReadReply();

  // All bytes until the server closes.
  std::string ReadToEnd();

  // Whether the server closes without another byte.
  bool ClosedByServer();

  // Whether a byte can be read (or the end) within `patience`. Never use it
  // to prove silence: send a sentinel instead.
  bool Readable(std::chrono::milliseconds patience);

  void HalfClose();  // FIN: no more requests, replies still wanted
  void Reset();      // RST
  void Close();

  int fd() const { return fd_; }

 private:
  bool Fill();  // one read into buffer_; false at the end or out of patience

  int fd_ = -1;
  std::string buffer_;  // read, not yet returned
};

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_SUPPORT_TCP_CLIENT_H_
