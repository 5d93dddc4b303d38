// A socket that closes itself, and the few calls on it that need care.
//
// Startup errors throw std::system_error with the call and the address in it.
// What a peer does is no exception but a value, and ends that peer only.
#ifndef STEPKV_COMMON_SOCKET_H_
#define STEPKV_COMMON_SOCKET_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace stepkv {

// Owns a descriptor. Movable; one thread at a time.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { Close(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  void Close();

 private:
  int fd_ = -1;
};

// What a read or a write came to.
struct IoResult {
  enum class Status {
    kDone,        // `bytes` were moved, at least one
    kEnd,         // read: the peer has sent all it will
    kWouldBlock,  // nothing now (or SO_RCVTIMEO has passed)
    kFailed,      // the connection is of no more use
  };
  Status status;
  std::size_t bytes = 0;
};

// read(2) and send(2), once, after EINTR again. `flags` as for recv(2), 0 or
// MSG_DONTWAIT.
IoResult Receive(int socket, std::span<char> into, int flags);
IoResult Send(int socket, std::string_view bytes, int flags);

// A listening, non-blocking TCP socket on a numeric IPv4 or IPv6 address.
// Throws std::system_error ("bind 127.0.0.1:3000: Address already in use").
enum class SharedPort { kNo, kYes };  // SO_REUSEPORT
Descriptor Listen(const std::string& address, std::uint16_t port,
                  SharedPort shared = SharedPort::kNo);

// "127.0.0.1:3000" or "[::1]:3000".
std::string LocalAddress(int socket);
std::string PeerAddress(int socket);
std::uint16_t LocalPort(int socket);

}  // namespace stepkv

#endif  // STEPKV_COMMON_SOCKET_H_
