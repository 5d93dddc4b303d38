#include "tests/support/tcp_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace stepkv::testing {

TcpClient::TcpClient(std::uint16_t port, const std::string& host)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  if (fd_ < 0 || ::connect(fd_, reinterpret_cast<sockaddr*>(&address),
                           sizeof address) != 0) {
    int error = errno;
    Close();
    throw std::system_error(error, std::system_category(), "connect");
  }
  int on = 1;  // a test that splits a request wants the split on the wire
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  timeval patience{std::chrono::seconds(kPatience).count(), 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

TcpClient::TcpClient(TcpClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}

TcpClient& TcpClient::operator=(TcpClient&& other) noexcept {
  Close();
  fd_ = std::exchange(other.fd_, -1);
  buffer_ = std::move(other.buffer_);
  return *this;
}

TcpClient::~TcpClient() { Close(); }

bool TcpClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::size_t TcpClient::SendWithoutWaiting(std::string_view bytes) {
  ssize_t sent =
      ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

bool TcpClient::Readable(std::chrono::milliseconds patience) {
  if (!buffer_.empty()) return true;
  pollfd waited{fd_, POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&waited, 1, static_cast<int>(patience.count()));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

bool TcpClient::Fill() {
  pollfd waited{fd_, POLLIN, 0};
  auto patience = std::chrono::milliseconds(kPatience).count();
  int ready = 0;
  do {
    ready = ::poll(&waited, 1, static_cast<int>(patience));
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) return false;
  char chunk[64 * 1024];
  ssize_t count = ::recv(fd_, chunk, sizeof chunk, 0);
  if (count <= 0) return false;
  buffer_.append(chunk, static_cast<std::size_t>(count));
  return true;
}

std::string TcpClient::Read(std::size_t count) {
  while (buffer_.size() < count && Fill()) {
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string TcpClient::ReadSome(std::size_t most) {
  if (buffer_.empty()) Fill();
  std::string bytes = buffer_.substr(0, most);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string TcpClient::ReadLine() {
  std::size_t searched = 0;
  for (;;) {
    std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) return Read(end + 1);
    searched = buffer_.size();
    if (!Fill()) return std::exchange(buffer_, {});
  }
}

std::string TcpClient::ReadReply() {
  std::string reply = ReadLine();
  if (reply.empty()) return reply;
  long count = std::atol(reply.c_str() + 1);
  switch (reply[0]) {
    case '$':
      if (count >= 0) reply += Read(static_cast<std::size_t>(count) + 2);
      break;
    case '%':
      count *= 2;
      [[fallthrough]];
    case '*':
      for (long i = 0; i < count; ++i) reply += ReadReply();
      break;
    default:
      break;
  }
  return reply;
}

std::string TcpClient::ReadToEnd() {
  while (Fill()) {
  }
  return std::exchange(buffer_, {});
}

bool TcpClient::ClosedByServer() {
  if (!buffer_.empty()) return false;
  pollfd waited{fd_, POLLIN, 0};
  auto patience = std::chrono::milliseconds(kPatience).count();
  if (::poll(&waited, 1, static_cast<int>(patience)) <= 0) return false;
  char byte = 0;
  ssize_t count = ::recv(fd_, &byte, 1, 0);
  return count == 0 || (count < 0 && errno == ECONNRESET);
}

void TcpClient::HalfClose() { ::shutdown(fd_, SHUT_WR); }

void TcpClient::Reset() {
  linger hard{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  Close();
}

void TcpClient::Close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace stepkv::testing
