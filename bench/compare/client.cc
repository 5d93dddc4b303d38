#include "bench/compare/client.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

namespace stepkv::bench {
namespace {

constexpr std::size_t kMostPieces = 64;  // of one sendmsg(2)
constexpr std::size_t kShownBytes = 48;  // of a wrong reply

std::string Shown(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "\"";
  for (char c : bytes.substr(0, kShownBytes)) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '\r' || c == '\n') {
      text += c == '\r' ? "\\r" : "\\n";
    } else if (std::isprint(byte) && c != '"' && c != '\\') {
      text += c;
    } else {
      text += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return text + (bytes.size() > kShownBytes ? "\"..." : "\"");
}

}  // namespace

std::int64_t NowNanoseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);  // cannot fail for this clock
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

Client::Client(int number, std::uint16_t port, int receive_bytes)
    : number_(number),
      socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (!socket_.valid()) FailSystem("socket");
  int on = 1;
  linger reset{1, 0};
  // Best effort: neither changes what is right, only how fast it goes.
  (void)::setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  (void)::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  if (receive_bytes > 0) {
    (void)::setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &receive_bytes,
                       sizeof receive_bytes);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) <
      0) {
    FailSystem("connect");
  }
}

void Client::SetNonBlocking() {
  if (::fcntl(fd(), F_SETFL, O_NONBLOCK) < 0) FailSystem("fcntl");
}

void Client::Ask(const Exchange& exchange, std::int64_t since) {
  unsent_.push_back(exchange.request);
  awaited_.push_back({exchange.reply, since});
}

void Client::Flush() {
  std::size_t done = 0;
  while (done < unsent_.size()) {
    iovec pieces[kMostPieces];
    std::size_t count = std::min(kMostPieces, unsent_.size() - done);
    for (std::size_t i = 0; i < count; ++i) {
      std::string_view piece = unsent_[done + i];
      pieces[i] = {const_cast<char*>(piece.data()), piece.size()};
    }
    msghdr message{};
    message.msg_iov = pieces;
    message.msg_iovlen = count;
    ssize_t sent = ::sendmsg(fd(), &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) break;
    if (sent < 0 && errno != EINTR) FailSystem("send");
    auto left = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
    while (done < unsent_.size() && left >= unsent_[done].size()) {
      left -= unsent_[done++].size();
    }
    if (left > 0) unsent_[done].remove_prefix(left);
  }
  unsent_.erase(unsent_.begin(),
                unsent_.begin() + static_cast<std::ptrdiff_t>(done));
}

std::string_view Client::Read(std::span<char> scratch) {
  ssize_t got = ::recv(fd(), scratch.data(), scratch.size(), 0);
  if (got > 0) return {scratch.data(), static_cast<std::size_t>(got)};
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (got < 0) FailSystem("recv");
  throw Failure("client " + std::to_string(number_) +
                ": the server closed the connection with " +
                std::to_string(awaited_.size()) + " replies due");
}

std::size_t Client::Match(std::string_view bytes) {
  std::string_view due = awaited_.front().reply.substr(matched_);
  std::size_t size = std::min(due.size(), bytes.size());
  if (std::memcmp(due.data(), bytes.data(), size) != 0) FailDifferent(bytes);
  matched_ += size;
  return size;
}

void Client::Settle(std::span<char> scratch) {
  Flush();
  while (outstanding() > 0) Receive(scratch, [](std::int64_t) {});
}

void Client::FailUnasked(std::string_view bytes) const {
  throw Failure("wrong reply to client " + std::to_string(number_) +
                ": nothing was due, got " + Shown(bytes));
}

void Client::FailDifferent(std::string_view bytes) const {
  std::string_view due = awaited_.front().reply;
  std::string_view rest = due.substr(matched_);
  auto [good, bad] = std::mismatch(
      rest.begin(),
      rest.begin() +
          static_cast<std::ptrdiff_t>(std::min(rest.size(), bytes.size())),
      bytes.begin());
  auto offset = static_cast<std::size_t>(good - rest.begin());
  throw Failure("wrong reply to client " + std::to_string(number_) + ": byte " +
                std::to_string(matched_ + offset) + " of " +
                std::to_string(due.size()) + ": " + Shown(rest.substr(offset)) +
                " was due, got " + Shown(bytes.substr(offset)));
}

void Client::FailSystem(const char* call) const {
  throw Failure("client " + std::to_string(number_) + ": " + call + ": " +
                std::strerror(errno));
}

}  // namespace stepkv::bench
