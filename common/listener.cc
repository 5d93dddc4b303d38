#include "common/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>

#include "common/log.h"
#include "common/stop_signal.h"

namespace stepkv {
namespace {

std::atomic<bool> refusal_logged{false};

Descriptor OpenReserve() {
  return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

}  // namespace

Listener::Listener(Descriptor socket)
    : socket_(std::move(socket)), reserve_(OpenReserve()) {}

std::optional<Descriptor> Listener::Accept() {
  for (;;) {
    pollfd waited[] = {{socket_.get(), POLLIN, 0},
                       {StopDescriptor(), POLLIN, 0}};
    // Only EINTR can fail here, and then a stop has probably been asked for.
    ::poll(waited, 2, -1);
    if (StopRequested()) return std::nullopt;
    Descriptor client;
    switch (TryAccept(0, &client)) {
      case Outcome::kAccepted:
        return client;
      case Outcome::kNobody:
        break;
      case Outcome::kExhausted:
        ::poll(&waited[1], 1, kExhaustedWaitMs);
        break;
    }
  }
}

Listener::Outcome Listener::TryAccept(int flags, Descriptor* client) {
  *client = Descriptor(
      ::accept4(socket_.get(), nullptr, nullptr, flags | SOCK_CLOEXEC));
  if (client->valid()) {
    // Replies go out when they are written, not when the last one is
    // acknowledged (Nagle). It only fails for a client that is gone.
    int on = 1;
    ::setsockopt(client->get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return Outcome::kAccepted;
  }
  switch (errno) {
    case EMFILE:
    case ENFILE:
      if (reserve_.valid()) {
        RefuseWithReserve();
        return Outcome::kNobody;
      }
      reserve_ = OpenReserve();
      return Outcome::kExhausted;
    case ENOBUFS:
    case ENOMEM:
      return Outcome::kExhausted;
    default:  // EAGAIN, EINTR, ECONNABORTED and whatever befell that client
      return Outcome::kNobody;
  }
}

void Listener::RefuseWithReserve() {
  reserve_.Close();
  Descriptor client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (client.valid()) Refuse(std::move(client), "out of descriptors");
  reserve_ = OpenReserve();
}

void Listener::Refuse(Descriptor client, const std::string& why) {
  if (!refusal_logged.exchange(true)) LogError("refusing clients: " + why);
  Send(client.get(), "-ERR max number of clients reached\r\n", MSG_DONTWAIT);
  ::shutdown(client.get(), SHUT_WR);
  // Unread bytes would turn the close into a reset, which may overtake the
  // reply. Whatever is there now is enough: this must not wait.
  char discarded[4096];
  while (Receive(client.get(), discarded, MSG_DONTWAIT).status ==
         IoResult::Status::kDone) {
  }
}

}  // namespace stepkv
