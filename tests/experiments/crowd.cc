// How many clients fit into a given address space, when all of them are idle.
#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "tests/experiments/experiment.h"
#include "tests/experiments/process_state.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kCrowd = 3000;
constexpr std::uint64_t kAddressSpaceMiB = 512;
constexpr rlim_t kSpareDescriptors = 100;

void RaiseOwnDescriptorLimit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < kCrowd + kSpareDescriptors)
    throw std::runtime_error("the hard limit of descriptors (ulimit -Hn) is " +
                             std::to_string(limit.rlim_max) + ", too low for " +
                             Count(kCrowd, "client"));
}

// Connects until one is not served; returns how many were, the first client
// included.
std::size_t Fill(ServerProcess& server, std::vector<TcpClient>& crowd,
                 std::string& last) {
  while (crowd.size() + 1 < kCrowd) {
    std::string tag = Numbered("client-", crowd.size() + 2);
    TcpClient& client = crowd.emplace_back(server.port());
    client.Send("ECHO " + tag + "\n");
    last = Answered(server, client) ? client.ReadLine() : "no answer\n";
    if (last.empty()) last = "closed\n";
    last.pop_back();
    if (!last.ends_with(tag)) return crowd.size();
  }
  return crowd.size() + 1;
}

std::string Evidence(std::size_t served) {
  return std::to_string(served) + " of " + Count(kCrowd, "client") +
         " served under " + std::to_string(kAddressSpaceMiB) + " MiB";
}

Outcome Red(std::size_t served, bool lives) {
  std::string explanation =
      "Each client of this server owns a thread, and each thread a stack of "
      "its own: 8 MiB of addresses by default (ulimit -s), however little of "
      "them it touches. The clients did nothing, and yet their stacks filled "
      "the address space. (malloc would take 64 MiB more for some of the "
      "threads; here it was told not to.) ";
  if (served <= 1) {
    explanation =
        "This server serves one client at a time, so a crowd of two is too "
        "many for it. ";
  }
  explanation += lives ? "The server refused the next one and lived on: the "
                         "first client was still answered."
                       : "Then the first client was not answered any more.";
  return {{{"crowd", Verdict::kRed, Evidence(served)}},
          served <= 1 ? std::size_t{0} : std::size_t{1},
          explanation};
}

Outcome Run(Subject& subject, Lanes& lanes) {
  RaiseOwnDescriptorLimit();
  lanes.SetNames({"the first client", "the crowd"});
  std::vector<std::string> arguments;
  // As many loops as on a small machine, whatever the machine.
  if (subject.HasOption("--threads")) arguments = {"--threads", "2"};
  ServerProcess server = subject.Start(arguments, kAddressSpaceMiB << 20);
  Client first(server, lanes, 0);
  first.AsksTag("client-1");
  std::vector<TcpClient> crowd;
  std::string last;
  lanes.Happened(1, "connect, ask once, stay idle");
  std::size_t served = Fill(server, crowd, last);
  lanes.Happened(1, Count(served, "client") + " served");
  if (served < kCrowd) lanes.Happened(1, "the next: " + last);
  first.SayTag("still-here");
  bool lives = first.IsAnswered(server) && first.HearsTag("still-here");
  if (served < kCrowd || !lives) return Red(served, lives);
  return {{{"crowd", Verdict::kOk, Evidence(served)}},
          2,
          "An idle client costs this server a descriptor and a few hundred "
          "bytes; there is no thread, and no stack, that waits for it."};
}

}  // namespace

const Experiment kCrowd = {
    "crowd",
    "02_thread_per_client",
    {{"crowd",
      "3000 clients connect, ask once and stay, while the server may "
      "use 512 MiB of addresses (prlimit); RED: not all are served"}},
    "3000 clients connect, one after the other; each asks once and then stays "
    "connected, idle. The server may use 512 MiB of address space. How many "
    "are served?",
    {"one", "some dozens or hundreds", "all"},
    Run};

}  // namespace stepkv::testing
