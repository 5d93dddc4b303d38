// The floor: one thread, epoll, and every byte sent back unseen. What it costs
// is what the kernel's sockets cost; a step's own work is the rest.
//
// Run: floor_server --port 0
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "common/byte_buffer.h"
#include "common/socket.h"

namespace stepkv::bench {
namespace {

constexpr int kMostEvents = 256;

struct Peer {
  Descriptor socket;
  ByteBuffer unsent;  // while it holds anything, nothing more is read
};

class FloorServer {
 public:
  explicit FloorServer(Descriptor listener)
      : listener_(std::move(listener)), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    Watch(listener_.get(), EPOLLIN, EPOLL_CTL_ADD);
  }

  [[noreturn]] void Serve() {
    std::array<epoll_event, kMostEvents> events{};
    for (;;) {
      int count = ::epoll_wait(epoll_.get(), events.data(), kMostEvents, -1);
      for (int i = 0; i < count; ++i) {
        int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == listener_.get()) {
          AcceptOne();
        } else if (!SendBack(peers_.at(fd))) {
          peers_.erase(fd);
        }
      }
    }
  }

 private:
  void Watch(int fd, std::uint32_t what, int operation) {
    epoll_event event{};
    event.events = what;
    event.data.fd = fd;
    if (::epoll_ctl(epoll_.get(), operation, fd, &event) < 0) {
      throw std::system_error(errno, std::system_category(), "epoll_ctl");
    }
  }

  void AcceptOne() {
    Descriptor client(
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client.valid()) return;
    int fd = client.get();
    Watch(fd, EPOLLIN, EPOLL_CTL_ADD);
    peers_[fd].socket = std::move(client);
  }

  // False: the peer is gone.
  bool SendBack(Peer& peer) {
    int fd = peer.socket.get();
    bool waited = !peer.unsent.empty();
    if (!waited) {
      IoResult got = Receive(fd, scratch_, MSG_DONTWAIT);
      if (got.status == IoResult::Status::kWouldBlock) return true;
      if (got.status != IoResult::Status::kDone) return false;
      peer.unsent.Append({scratch_.data(), got.bytes});
    }
    IoResult sent = Send(fd, peer.unsent.View(), MSG_DONTWAIT);
    if (sent.status == IoResult::Status::kFailed) return false;
    if (sent.status == IoResult::Status::kDone) peer.unsent.Consume(sent.bytes);
    if (waited != !peer.unsent.empty()) {
      Watch(fd, waited ? EPOLLIN : EPOLLOUT, EPOLL_CTL_MOD);
    }
    return true;
  }

  Descriptor listener_;
  Descriptor epoll_;
  std::unordered_map<int, Peer> peers_;
  std::array<char, 64 * 1024> scratch_{};
};

}  // namespace
}  // namespace stepkv::bench

int main(int argc, char** argv) try {
  int port = argc == 3 && std::strcmp(argv[1], "--port") == 0
                 ? std::atoi(argv[2])
                 : -1;
  if (port < 0 || port > 65535) {
    std::fprintf(stderr, "usage: floor_server --port N\n");
    return 2;
  }
  stepkv::Descriptor listener =
      stepkv::Listen("127.0.0.1", static_cast<std::uint16_t>(port));
  std::printf("Serving %s\n", stepkv::LocalAddress(listener.get()).c_str());
  std::fflush(stdout);
  stepkv::bench::FloorServer(std::move(listener)).Serve();
} catch (const std::exception& error) {
  std::fprintf(stderr, "floor_server: %s\n", error.what());
  return 1;
}
