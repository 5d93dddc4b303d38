#include "bench/compare/contestant.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace stepkv::bench {
namespace {

using testing::ServerProcess;

constexpr char kMostClients[] = "10000";  // as the steps' own default

Contestant StartedLikeAStep(const std::string& name, Protocol protocol,
                            const std::string& path) {
  Contestant contestant;
  contestant.name = name;
  contestant.stores = protocol != Protocol::kEcho;
  contestant.concurrent = true;
  contestant.protocol = protocol;
  contestant.start = [path] { return ServerProcess::StartStep(path); };
  return contestant;
}

// STEPKV_STEP_LIST holds `name:declares` words, "02_x:echo,concurrent".
std::vector<Contestant> Steps() {
  std::vector<Contestant> steps;
  std::istringstream words(STEPKV_STEP_LIST);
  for (std::string word; words >> word;) {
    std::string name = word.substr(0, word.find(':'));
    std::string declares = word.substr(name.size());
    bool stores = declares.find("store") != std::string::npos;
    Contestant step =
        StartedLikeAStep(name, stores ? Protocol::kResp : Protocol::kEcho,
                         std::string(STEPKV_STEPS_DIR) + "/" + name);
    step.is_step = true;
    step.concurrent = declares.find("concurrent") != std::string::npos;
    steps.push_back(step);
  }
  return steps;
}

bool InPath(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (::access((directory + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

Contestant Redis() {
  Contestant redis;
  redis.name = "redis-server";
  redis.stores = redis.concurrent = true;
  redis.protocol = Protocol::kResp;
  redis.start = [] {
    return ServerProcess::StartRedis({"--maxclients", kMostClients});
  };
  return redis;
}

// Threads as the machine has cores (its own default is 4), items up to 2 MiB.
std::vector<std::string> MemcachedCommand(std::uint16_t port) {
  unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::string> command{
      "memcached", "-l", "127.0.0.1", "-p",         std::to_string(port),
      "-U",        "0",  "-c",        kMostClients, "-m",
      "256",       "-I", "2m",        "-t",         std::to_string(cores)};
  passwd* user = ::getpwuid(::geteuid());
  if (user != nullptr) {  // as root it insists on being told whom to be
    command.insert(command.end(), {"-u", user->pw_name});
  }
  return command;
}

Contestant Memcached() {
  Contestant memcached;
  memcached.name = "memcached";
  memcached.stores = memcached.concurrent = true;
  memcached.protocol = Protocol::kMemcached;
  memcached.start = [] {
    std::uint16_t port = testing::FreePort();
    return ServerProcess::StartCommand(MemcachedCommand(port), port);
  };
  return memcached;
}

}  // namespace

Contestants FindContestants() {
  Contestants all;
  all.present = Steps();
  for (const Contestant& peer : {Redis(), Memcached()}) {
    if (InPath(peer.name)) {
      all.present.push_back(peer);
    } else {
      all.missing.push_back(peer.name + ": not found in PATH");
    }
  }
  std::string peers = STEPKV_PEERS_DIR;
  if (::access((peers + "/go_channel").c_str(), X_OK) == 0) {
    all.present.push_back(
        StartedLikeAStep("go_channel", Protocol::kResp, peers + "/go_channel"));
  } else {
    all.missing.push_back("go_channel: not built, for lack of Go");
  }
  all.present.push_back(
      StartedLikeAStep("floor", Protocol::kEcho, peers + "/floor_server"));
  return all;
}

Contestant ParseContestant(const std::string& text) {
  std::size_t equals = text.find('=');
  std::size_t colon = text.find(':', equals);
  if (equals == 0 || colon == std::string::npos) {
    throw std::runtime_error("not NAME=KIND:PATH: " + text);
  }
  std::string kind = text.substr(equals + 1, colon - equals - 1);
  static const std::pair<const char*, Protocol> kKinds[] = {
      {"echo", Protocol::kEcho},
      {"line", Protocol::kLine},
      {"resp", Protocol::kResp},
      {"memcached", Protocol::kMemcached}};
  for (auto [name, protocol] : kKinds) {
    if (kind == name) {
      return StartedLikeAStep(text.substr(0, equals), protocol,
                              text.substr(colon + 1));
    }
  }
  throw std::runtime_error("no such kind of contestant: " + kind);
}

}  // namespace stepkv::bench
