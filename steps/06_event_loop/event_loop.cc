#include "steps/06_event_loop/event_loop.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <new>
#include <span>
#include <system_error>
#include <utility>

#include "common/log.h"
#include "common/stop_signal.h"

namespace stepkv {
namespace {

using std::chrono::milliseconds;

// Memory that the loop keeps for the next turn.
constexpr std::size_t kKeptBytes = 256 * kKiB;

}  // namespace

EventLoop::EventLoop(const Options& options, Listener& listener,
                     RunRequests run, std::atomic<int>& clients)
    : options_(options),
      listener_(listener),
      run_(std::move(run)),
      clients_(clients),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.valid())
    throw std::system_error(errno, std::system_category(), "epoll_create1");
  Watch(listener_.get(), &listener_);
  Watch(StopDescriptor(), this);
}

void EventLoop::Run() {
  std::array<epoll_event, 256> events;
  while (!stopping_ || HasClients()) {
    int count = ::epoll_wait(epoll_.get(), events.data(), events.size(),
                             MillisecondsToWait());
    now_ = Clock::now();
    // -1 is EINTR: nothing is ready, and a stop has its own descriptor.
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      Dispatch(event.events, event.data.ptr);
    }
    RunQueued();
    EndOverdue();
  }
}

void EventLoop::Dispatch(std::uint32_t events, void* source) {
  if (source == &listener_) return AcceptClients();
  if (source == this) return Stop();
  Connection& client = *static_cast<Connection*>(source);
  EndOnNoMemory(client, [&] { OnReady(client, events); });
}

// Running out of memory ends the client for whom it was wanted, and no other.
template <typename Work>
void EventLoop::EndOnNoMemory(Connection& client, Work work) {
  try {
    work();
  } catch (const std::bad_alloc& error) {
    LogError(error.what());
    Close(client);
  }
}

// A burst at a time, so that those who are connected get their turns too.
void EventLoop::AcceptClients() try {
  for (int i = 0; i < kTurnAccepts && !stopping_; ++i) {
    Descriptor socket;
    switch (listener_.TryAccept(SOCK_NONBLOCK, &socket)) {
      case Listener::Outcome::kAccepted:
        AddClient(std::move(socket));
        break;
      case Listener::Outcome::kNobody:
        return;
      case Listener::Outcome::kExhausted:
        return PauseListener(true);
    }
  }
} catch (const std::bad_alloc&) {
  PauseListener(true);
}

void EventLoop::AddClient(Descriptor socket) {
  if (++clients_ > options_.max_clients) {
    --clients_;
    return listener_.Refuse(std::move(socket), "--max-clients is reached");
  }
  Connection& client = serving_.emplace_back(std::move(socket), options_);
  client.list = &serving_;
  client.self = std::prev(serving_.end());
  client.since = now_;
  if (options_.verbose) {
    client.peer = PeerAddress(client.socket.get());
    LogLine("Serving " + client.peer);
  }
  epoll_event event{};
  event.events = client.interest = EPOLLIN;
  event.data.ptr = &client;
  // epoll_ctl(2): ENOMEM, ENOSPC.
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client.socket.get(), &event) !=
      0) {
    listener_.Refuse(std::move(client.socket), "out of memory for epoll");
    Close(client);
  }
}

void EventLoop::OnReady(Connection& client, std::uint32_t events) {
  if (client.list == &queued_) return;  // its turn comes anyway
  if (client.list == &lingering_) return Discard(client);
  if (events & EPOLLERR) return Close(client);
  MoveTo(serving_, client);  // the latest activity stands last
  LendBuffers(client);
  if (!client.output.empty()) {
    if (!Write(client)) return Close(client);
    if (!client.output.empty()) return;
  } else if (!Read(client)) {
    return Close(client);
  }
  Answer(client);
}

// False: the connection is of no more use.
bool EventLoop::Read(Connection& client) {
  // A large request is read in large pieces: as many bytes again as are there.
  std::size_t want =
      std::clamp(client.parser.buffered(), kReadBytes, kTurnReadBytes);
  std::span<char> room = client.parser.Prepare(want);
  room = room.first(std::min(room.size(), kTurnReadBytes));
  IoResult read = Receive(client.socket.get(), room, 0);
  switch (read.status) {
    case IoResult::Status::kDone:
      client.parser.Commit(read.bytes);
      return true;
    case IoResult::Status::kEnd:
      client.input_ended = true;
      return true;
    case IoResult::Status::kWouldBlock:
      return true;
    case IoResult::Status::kFailed:
      return false;
  }
  return false;
}

// Runs what has been read, writes the replies and finds out what the client
// waits for next.
void EventLoop::Answer(Connection& client) {
  Session::Progress progress =
      run_(client.session, client.parser, client.output);
  bool more = progress == Session::Progress::kOutputFull ||
              progress == Session::Progress::kPaused;
  if (!Write(client)) return Close(client);
  if (!client.output.empty()) return SetInterest(client, EPOLLOUT);
  if (more) return MoveTo(queued_, client);
  if (progress == Session::Progress::kClosing) return Linger(client);
  if (client.input_ended) return Close(client);
  SetInterest(client, EPOLLIN);
  TakeBuffersBack(client);
}

// Once, as much as the kernel takes now. False: the client is gone.
bool EventLoop::Write(Connection& client) {
  if (client.output.empty()) return true;
  IoResult sent = Send(client.socket.get(), client.output.View(), 0);
  if (sent.status == IoResult::Status::kFailed) return false;
  client.output.Consume(sent.bytes);
  return true;
}

void EventLoop::LendBuffers(Connection& client) {
  if (client.parser.capacity() == 0)
    client.parser.GiveMemory(std::move(input_));
  if (client.output.capacity() == 0) client.output = std::move(output_);
}

void EventLoop::TakeBuffersBack(Connection& client) {
  if (client.parser.buffered() == 0) {
    if (client.parser.capacity() > kKeptBytes) client.parser.ReleaseIfEmpty();
    input_ = client.parser.TakeMemory();
  }
  if (client.output.empty()) {
    if (client.output.capacity() > kKeptBytes) client.output.Release();
    output_ = std::move(client.output);
    client.output.Release();
  }
}

// One turn for each that waits; those that want another queue up again behind
// the events of the next wake-up.
void EventLoop::RunQueued() {
  Connections turn;
  turn.swap(queued_);
  for (auto next = turn.begin(); next != turn.end();) {
    Connection& client = *next++;
    client.list = &turn;
    MoveTo(serving_, client);
    EndOnNoMemory(client, [&] { Answer(client); });
  }
}

void EventLoop::MoveTo(Connections& list, Connection& client) {
  list.splice(list.end(), *client.list, client.self);
  client.list = &list;
  client.since = now_;
}

// After QUIT or an error. The client may still be sending: a close with unread
// bytes would be a reset, which can destroy the last reply.
void EventLoop::Linger(Connection& client) {
  if (client.input_ended) return Close(client);
  ::shutdown(client.socket.get(), SHUT_WR);
  TakeBuffersBack(client);
  MoveTo(lingering_, client);
  SetInterest(client, EPOLLIN);
}

void EventLoop::Discard(Connection& client) {
  std::array<char, kReadBytes> dropped;
  IoResult read = Receive(client.socket.get(), dropped, 0);
  if (read.status == IoResult::Status::kWouldBlock) return;
  client.discarded_bytes += read.bytes;
  if (read.status != IoResult::Status::kDone ||
      client.discarded_bytes > kMaxLingerBytes)
    Close(client);
}

void EventLoop::Close(Connection& client) {
  if (options_.verbose) LogLine("Closing " + client.peer);
  // Its descriptor leaves epoll by being closed. Its buffers may be the
  // loop's; the next turn gets new ones.
  client.list->erase(client.self);
  --clients_;
}

bool EventLoop::HasClients() const {
  return !serving_.empty() || !queued_.empty() || !lingering_.empty();
}

// No more clients, and no more bytes of those there are: what the kernel had
// already received is read and answered, and then the stream ends.
void EventLoop::Stop() {
  if (stopping_) return;
  stopping_ = true;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, StopDescriptor(), nullptr);
  listener_.Close();
  for (Connections* list : {&serving_, &queued_, &lingering_}) {
    for (Connection& client : *list) {
      ::shutdown(client.socket.get(), SHUT_RD);
    }
  }
}

void EventLoop::Watch(int descriptor, void* source) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = source;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0)
    throw std::system_error(errno, std::system_category(), "epoll_ctl");
}

// A system call, and so only where something changes: a client that reads its
// replies never costs one.
void EventLoop::SetInterest(Connection& client, std::uint32_t events) {
  if (client.interest == events) return;
  epoll_event event{};
  event.events = client.interest = events;
  event.data.ptr = &client;
  // EPOLL_CTL_MOD needs no memory: it cannot fail on a descriptor of ours.
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, client.socket.get(), &event);
}

void EventLoop::PauseListener(bool pause) {
  if (pause == listener_paused_) return;
  listener_paused_ = pause;
  listener_resumes_ = now_ + milliseconds(Listener::kExhaustedWaitMs);
  epoll_event event{};
  event.events = pause ? 0u : std::uint32_t{EPOLLIN};
  event.data.ptr = &listener_;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, listener_.get(), &event);
}

// Until the next thing happens that no descriptor tells of; -1: for ever.
int EventLoop::MillisecondsToWait() const {
  if (!queued_.empty()) return 0;
  auto wait = milliseconds::max();
  auto until = [&](Clock::time_point when) {
    auto left = std::chrono::ceil<milliseconds>(when - Clock::now());
    wait = std::clamp(left, milliseconds{0}, wait);
  };
  if (stopping_) wait = GraceLeft();
  if (listener_paused_ && !stopping_) until(listener_resumes_);
  if (!lingering_.empty()) until(lingering_.front().since + kLingerTime);
  if (options_.idle_timeout.count() > 0 && !serving_.empty())
    until(serving_.front().since + options_.idle_timeout);
  if (wait == milliseconds::max()) return -1;
  return static_cast<int>(std::min(wait, milliseconds(1 << 30)).count());
}

void EventLoop::EndOverdue() {
  if (listener_paused_ && !stopping_ && now_ >= listener_resumes_)
    PauseListener(false);
  while (!lingering_.empty() &&
         now_ >= lingering_.front().since + kLingerTime) {
    Close(lingering_.front());
  }
  while (options_.idle_timeout.count() > 0 && !serving_.empty() &&
         now_ >= serving_.front().since + options_.idle_timeout) {
    Close(serving_.front());
  }
  if (stopping_ && GraceLeft().count() == 0) {
    for (Connections* list : {&serving_, &queued_, &lingering_}) {
      while (!list->empty()) Close(list->front());
    }
  }
}

}  // namespace stepkv
