#include "common/blocking_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "common/limits.h"
#include "common/log.h"
#include "common/stop_signal.h"

namespace stepkv {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Memory of a large request is not kept for the small ones that follow.
constexpr std::size_t kKeptBytes = 256 * kKiB;

void SetReceiveTimeout(int socket, std::chrono::seconds timeout) {
  timeval limit{};
  limit.tv_sec = timeout.count();
  // It fails only for a socket that is none.
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

// Waits until the socket is ready for `events`, or a stop is asked for that
// had not been yet. -1: for ever. Says whether the socket is ready.
bool WaitFor(int socket, short events, milliseconds patience) {
  pollfd waited[] = {{socket, events, 0}, {StopDescriptor(), POLLIN, 0}};
  nfds_t count = StopRequested() ? 1 : 2;
  int ready = 0;
  do {
    ready = ::poll(waited, count, static_cast<int>(patience.count()));
  } while (ready < 0 && errno == EINTR && !StopRequested());
  return ready > 0 && waited[0].revents != 0;
}

}  // namespace

BlockingClient::BlockingClient(Descriptor socket, const Options& options,
                               StopBy stop_by)
    : parser(options.limits),
      socket_(std::move(socket)),
      options_(options),
      stop_by_(stop_by) {
  if (options.idle_timeout.count() > 0)
    SetReceiveTimeout(socket_.get(), options.idle_timeout);
  if (options.verbose) {
    peer_ = PeerAddress(socket_.get());
    LogLine("Serving " + peer_);
  }
}

BlockingClient::~BlockingClient() {
  if (options_.verbose) LogLine("Closing " + peer_);
}

bool BlockingClient::Fill() {
  if (parser.capacity() > kKeptBytes) parser.ReleaseIfEmpty();
  if (output.capacity() > kKeptBytes) output.Release();
  if (StopRequested() && GraceLeft().count() == 0) return false;
  if (stop_by_ == StopBy::kPoll && !WaitForInput()) return false;
  // A large request is read in large pieces: as many bytes again as there are.
  std::size_t want = std::clamp(parser.buffered(), kReadBytes, kMaxReadBytes);
  IoResult read = Receive(socket_.get(), parser.Prepare(want), 0);
  if (read.status != IoResult::Status::kDone) return false;
  parser.Commit(read.bytes);
  return true;
}

bool BlockingClient::WaitForInput() {
  milliseconds idle = options_.idle_timeout;
  milliseconds patience = idle.count() > 0 ? idle : milliseconds{-1};
  if (StopRequested()) patience = milliseconds{0};
  if (WaitFor(socket_.get(), POLLIN, patience)) return true;
  // What has arrived before the stop is still to be answered.
  return StopRequested() && WaitFor(socket_.get(), POLLIN, milliseconds{0});
}

bool BlockingClient::Flush() {
  while (!output.empty()) {
    IoResult sent = Send(socket_.get(), output.View(), MSG_DONTWAIT);
    if (sent.status == IoResult::Status::kDone) {
      output.Consume(sent.bytes);
    } else if (sent.status == IoResult::Status::kFailed) {
      return false;
    } else if (!StopRequested()) {
      WaitFor(socket_.get(), POLLOUT, milliseconds{-1});
    } else if (GraceLeft().count() == 0 ||
               !WaitFor(socket_.get(), POLLOUT, GraceLeft())) {
      return false;
    }
  }
  output.Clear();
  return true;
}

void BlockingClient::Linger() {
  ::shutdown(socket_.get(), SHUT_WR);
  char discarded[16 * kKiB];
  std::size_t total = 0;
  auto deadline = steady_clock::now() + kLingerTime;
  while (total < kMaxLingerBytes && !StopRequested()) {
    auto left = std::chrono::duration_cast<milliseconds>(deadline -
                                                         steady_clock::now());
    if (left.count() <= 0 || !WaitFor(socket_.get(), POLLIN, left)) return;
    IoResult read = Receive(socket_.get(), discarded, MSG_DONTWAIT);
    if (read.status != IoResult::Status::kDone) return;
    total += read.bytes;
  }
}

}  // namespace stepkv
