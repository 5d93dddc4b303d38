#include "tests/conformance/target.h"

#include <charconv>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace stepkv::testing {
namespace {

std::optional<Target> the_target;

Needs DeclaredFeatures(const std::string& list) {
  Needs features = 0;
  std::istringstream words(list);
  for (std::string word; std::getline(words, word, ',');) {
    if (word == "echo") {
      features |= kEcho;
    } else if (word == "store") {
      features |= kStore;
    } else if (word == "concurrent") {
      features |= kConcurrent;
    } else {
      throw std::invalid_argument("--declares knows no `" + word + "`");
    }
  }
  if ((features & (kEcho | kStore)) == 0) {
    throw std::invalid_argument("--declares needs echo or store");
  }
  if ((features & kConcurrent) == 0) features |= kOneByOne;
  return features;
}

// Splits HOST:PORT; `port` is set only when it is a number.
bool SplitAddress(const std::string& address, std::string* host,
                  std::uint16_t* port) {
  std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return false;
  *host = address.substr(0, colon);
  const char* end = address.data() + address.size();
  auto parsed = std::from_chars(address.data() + colon + 1, end, *port);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

}  // namespace

const char* Describe(Feature feature) {
  switch (feature) {
    case kEcho:
      return "an echo server";
    case kStore:
      return "a server that runs commands";
    case kConcurrent:
      return "a server for many clients at once";
    case kOneByOne:
      return "a server for one client at a time";
    case kOurs:
      return "the line dialect, or differ from Redis on purpose";
    case kProcess:
      return "a server that the suite starts itself (--server)";
  }
  return "?";
}

Target Target::FromArguments(const std::vector<std::string>& arguments) {
  Target target;
  std::string declares = "store,concurrent";
  bool chosen = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& option = arguments[i];
    if (option == "--redis") {
      target.kind_ = Kind::kRedis;
      chosen = true;
      continue;
    }
    if (++i == arguments.size()) {
      throw std::invalid_argument(option + " needs a value, or is unknown");
    }
    if (option == "--server") {
      target.path_ = arguments[i];
      chosen = true;
    } else if (option == "--connect") {
      target.kind_ = Kind::kRunning;
      chosen = SplitAddress(arguments[i], &target.host_, &target.port_);
    } else if (option == "--declares") {
      declares = arguments[i];
    } else {
      throw std::invalid_argument("unknown option " + option);
    }
  }
  if (!chosen) throw std::invalid_argument("which server?");
  target.features_ = DeclaredFeatures(declares);
  if (target.kind_ != Kind::kRedis) target.features_ |= kOurs;
  if (target.kind_ == Kind::kStep) target.features_ |= kProcess;
  return target;
}

std::uint16_t Target::SharedPort() {
  if (kind_ == Kind::kRunning) return port_;
  if (!shared_) {
    if (kind_ == Kind::kRedis) {
      shared_.emplace(ServerProcess::StartRedis());
    } else {
      shared_.emplace(ServerProcess::StartStep(path_));
    }
  }
  return shared_->port();
}

Target& TheTarget() { return the_target.value(); }
void SetTarget(Target target) { the_target.emplace(std::move(target)); }

}  // namespace stepkv::testing
