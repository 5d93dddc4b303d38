#include "common/socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "common/limits.h"

namespace stepkv {
namespace {

using Status = IoResult::Status;

[[noreturn]] void ThrowErrno(const std::string& what) {
  throw std::system_error(errno, std::system_category(), what);
}

IoResult FromError() {
  bool wait = errno == EAGAIN || errno == EWOULDBLOCK;
  return {wait ? Status::kWouldBlock : Status::kFailed};
}

std::string HostAndPort(const std::string& host, const std::string& port) {
  bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + port;
}

using NameCall = int (*)(int, sockaddr*, socklen_t*);

std::string AddressOf(int socket, NameCall name) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (name(socket, address, &size) != 0 ||
      ::getnameinfo(address, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return "(unknown)";  // the peer is gone already
  return HostAndPort(host, port);
}

std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> Resolve(
    const std::string& address, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  int error = ::getaddrinfo(address.c_str(), port.c_str(), &hints, &found);
  if (error != 0) {
    throw std::system_error(
        EINVAL, std::system_category(),
        "bind " + HostAndPort(address, port) + ": " + ::gai_strerror(error));
  }
  return {found, &::freeaddrinfo};
}

void SetOption(int socket, int option) {
  int on = 1;
  if (::setsockopt(socket, SOL_SOCKET, option, &on, sizeof on) != 0)
    ThrowErrno("setsockopt");
}

}  // namespace

void Descriptor::Close() {
  // close(2): the descriptor is gone whatever it returns, EINTR included.
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

IoResult Receive(int socket, std::span<char> into, int flags) {
  ssize_t count = 0;
  do {
    count = ::recv(socket, into.data(), into.size(), flags);
  } while (count < 0 && errno == EINTR);
  if (count == 0) return {Status::kEnd};
  if (count < 0) return FromError();
  return {Status::kDone, static_cast<std::size_t>(count)};
}

IoResult Send(int socket, std::string_view bytes, int flags) {
  ssize_t count = 0;
  do {
    count = ::send(socket, bytes.data(), bytes.size(), flags | MSG_NOSIGNAL);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return FromError();
  return {Status::kDone, static_cast<std::size_t>(count)};
}

Descriptor Listen(const std::string& address, std::uint16_t port,
                  SharedPort shared) {
  std::string port_text = std::to_string(port);
  auto found = Resolve(address, port_text);
  int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
  Descriptor listener(::socket(found->ai_family, type, 0));
  if (!listener.valid()) ThrowErrno("socket");
  // Without it a restarted server waits for old connections' TIME_WAIT.
  SetOption(listener.get(), SO_REUSEADDR);
  if (shared == SharedPort::kYes) SetOption(listener.get(), SO_REUSEPORT);
  std::string where = HostAndPort(address, port_text);
  if (::bind(listener.get(), found->ai_addr, found->ai_addrlen) != 0)
    ThrowErrno("bind " + where);
  if (::listen(listener.get(), kListenBacklog) != 0)
    ThrowErrno("listen " + where);
  return listener;
}

std::string LocalAddress(int socket) {
  return AddressOf(socket, ::getsockname);
}

std::string PeerAddress(int socket) { return AddressOf(socket, ::getpeername); }

std::uint16_t LocalPort(int socket) {
  std::string address = LocalAddress(socket);
  return static_cast<std::uint16_t>(
      std::stoi(address.substr(address.rfind(':') + 1)));
}

}  // namespace stepkv
