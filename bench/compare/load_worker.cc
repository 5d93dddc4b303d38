#include "bench/compare/load_worker.h"

#include <sys/epoll.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "bench/compare/load_generator.h"

namespace stepkv::bench {
namespace {

constexpr std::size_t kScratchBytes = 256 * 1024;
constexpr int kMostEvents = 256;
// Open loop: after so many sends the replies get a turn.
constexpr int kMostSendsInARow = 128;
// The longest sleep: how soon a change of phase is seen.
constexpr std::int64_t kLongestWait = 5'000'000;

// A slow client takes 3 MiB/s and always has 1 MiB on order.
constexpr std::int64_t kSlowInterval = 5'000'000;
constexpr std::size_t kSlowReadBytes = 16 * 1024;
constexpr std::size_t kSlowDepth = 64;

}  // namespace

LoadWorker::LoadWorker(const Workload& workload, int index,
                       const Corpus& corpus, const Corpus& slow_corpus,
                       const LoadPhases& phases)
    : workload_(workload),
      corpus_(corpus),
      slow_corpus_(slow_corpus),
      phases_(phases),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      keys_(workload.keys, workload.zipf_exponent,
            workload.seed + static_cast<std::uint64_t>(index)),
      random_(workload.seed + 1000 + static_cast<std::uint64_t>(index)),
      scratch_(kScratchBytes) {
  if (!epoll_.valid()) {
    throw std::system_error(errno, std::system_category(), "epoll_create1");
  }
  if (OpenLoop()) {
    interval_ = 1e9 * workload.threads / workload.requests_per_second;
  }
}

void LoadWorker::Add(Client client) {
  client.SetNonBlocking();
  clients_.push_back(std::move(client));
  watched_writable_.push_back(0);
  Watch(clients_.size() - 1, false, true);
}

void LoadWorker::AddSlow(Client client) {
  client.SetNonBlocking();
  slow_.push_back(std::move(client));
}

void LoadWorker::Watch(std::size_t client, bool writable, bool added) {
  epoll_event event{};
  event.events = EPOLLIN | (writable ? EPOLLOUT : 0U);
  event.data.u64 = client;
  if (::epoll_ctl(epoll_.get(), added ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
                  clients_[client].fd(), &event) < 0) {
    throw std::system_error(errno, std::system_category(), "epoll_ctl");
  }
  watched_writable_[client] = writable;
}

void LoadWorker::Run() {
  // The default slack of 50 us would make every request of an open loop late.
  ::prctl(PR_SET_TIMERSLACK, 1);
  now_ = last_answer_ = NowNanoseconds();
  next_due_ = static_cast<double>(now_);
  if (!OpenLoop()) {
    for (std::size_t i = 0; i < clients_.size(); ++i) AskBatch(i);
  }
  while (!Done()) {
    if (OpenLoop()) AskWhatIsDue();
    if (!slow_.empty() && now_ >= slow_due_) ReadSlowly();
    Poll();
  }
}

bool LoadWorker::Done() const {
  if (phases_.aborting.load(std::memory_order_relaxed)) return true;
  if (outstanding_ > 0 &&
      now_ - last_answer_ > std::chrono::nanoseconds(kPatience).count()) {
    throw Failure("no reply for " + std::to_string(kPatience.count()) +
                  " s with " + std::to_string(outstanding_) +
                  " requests outstanding");
  }
  return outstanding_ == 0 && phases_.stopping.load(std::memory_order_relaxed);
}

Exchange LoadWorker::Pick() {
  std::size_t key = keys_.Next();
  bool reads = random_.NextShare() < workload_.read_share;
  return reads ? corpus_.Get(key) : corpus_.Set(key);
}

void LoadWorker::AskBatch(std::size_t client) {
  if (phases_.stopping.load(std::memory_order_relaxed)) return;
  std::int64_t since = NowNanoseconds();
  for (int i = 0; i < workload_.depth; ++i) {
    clients_[client].Ask(Pick(), since);
  }
  outstanding_ += static_cast<std::uint64_t>(workload_.depth);
  Send(client);
}

// A request that is late because we slept too long or the socket was full
// still counts from the time at which it was due: leaving that out is called
// coordinated omission, and flatters servers that stall.
void LoadWorker::AskWhatIsDue() {
  if (phases_.stopping.load(std::memory_order_relaxed)) return;
  for (int i = 0; i < kMostSendsInARow; ++i) {
    auto due = static_cast<std::int64_t>(next_due_);
    if (due > now_) return;
    std::size_t client = next_client_;
    next_client_ = (next_client_ + 1) % clients_.size();
    next_due_ += interval_;
    clients_[client].Ask(Pick(), due);
    ++outstanding_;
    Send(client);
    now_ = NowNanoseconds();
    if (phases_.InWindow(due)) {
      lag_.Record(static_cast<std::uint64_t>(now_ - due));
    }
  }
}

void LoadWorker::Send(std::size_t client) {
  clients_[client].Flush();
  bool unsent = clients_[client].HasUnsent();
  if (unsent != static_cast<bool>(watched_writable_[client])) {
    Watch(client, unsent, false);
  }
}

std::int64_t LoadWorker::WaitNanoseconds() const {
  std::int64_t wait = kLongestWait;
  if (OpenLoop() && !phases_.stopping.load(std::memory_order_relaxed)) {
    wait = std::min(wait, static_cast<std::int64_t>(next_due_) - now_);
  }
  if (!slow_.empty()) wait = std::min(wait, slow_due_ - now_);
  return std::max<std::int64_t>(wait, 0);
}

void LoadWorker::Poll() {
  epoll_event events[kMostEvents];
  timespec timeout{0, static_cast<long>(WaitNanoseconds())};
  int count =
      ::epoll_pwait2(epoll_.get(), events, kMostEvents, &timeout, nullptr);
  if (count < 0 && errno != EINTR) {
    throw std::system_error(errno, std::system_category(), "epoll_pwait2");
  }
  now_ = NowNanoseconds();
  for (int i = 0; i < count; ++i) {
    Serve(static_cast<std::size_t>(events[i].data.u64), events[i].events);
  }
}

void LoadWorker::Serve(std::size_t client, std::uint32_t events) {
  if (events & EPOLLOUT) Send(client);
  if (!(events & ~static_cast<std::uint32_t>(EPOLLOUT))) return;
  now_ = NowNanoseconds();
  clients_[client].Receive(scratch_,
                           [this](std::int64_t since) { NoteAnswer(since); });
  if (!OpenLoop() && clients_[client].outstanding() == 0) AskBatch(client);
}

void LoadWorker::NoteAnswer(std::int64_t since) {
  --outstanding_;
  last_answer_ = now_;
  answered_.store(answered_.load(std::memory_order_relaxed) + 1,
                  std::memory_order_relaxed);
  if (phases_.InWindow(now_)) ++answered_in_window_;
  // Open loop: whatever was due in the window counts, though its reply came
  // after; a stall must not hide at the window's edge.
  if (phases_.InWindow(OpenLoop() ? since : now_)) {
    latency_.Record(static_cast<std::uint64_t>(now_ - since));
  }
}

// Not part of `outstanding_`: nobody waits for a slow client at the end.
void LoadWorker::ReadSlowly() {
  slow_due_ = now_ + kSlowInterval;
  for (Client& client : slow_) {
    while (client.outstanding() < kSlowDepth) {
      client.Ask(slow_corpus_.NeedsSetting() ? slow_corpus_.Get(0)
                                             : slow_corpus_.Set(0),
                 now_);
    }
    client.Flush();
    client.Receive(std::span(scratch_).first(kSlowReadBytes),
                   [](std::int64_t) {});
  }
}

}  // namespace stepkv::bench
