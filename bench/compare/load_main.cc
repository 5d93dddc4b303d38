// The load generator by itself, against a server that already runs:
//
//   load_generator --port 3000 --clients 50 --depth 16 --seconds 5
//
// Prints one line of figures. Exit code 1: a wrong reply, a lost connection.
#include <getopt.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "bench/compare/key_picker.h"
#include "bench/compare/load_generator.h"

namespace stepkv::bench {
namespace {

struct Settings {
  Workload workload;
  std::uint16_t port = 0;
  double seconds = 3;
  double warm_up = 0.5;
  std::uint64_t requests = 0;  // exactly so many, from one client; 0: by time
};

constexpr char kUsage[] =
    "usage: load_generator --port N [options]\n"
    "  --protocol P      resp, line, echo or memcached (resp)\n"
    "  --clients N       busy connections (1)\n"
    "  --idle N          connections that are silent (0)\n"
    "  --slow N          connections that read slowly (0)\n"
    "  --depth N         requests sent at once (1)\n"
    "  --reads SHARE     of GETs among them, 0 to 1 (0.95)\n"
    "  --keys N          (10000)\n"
    "  --zipf S          exponent of the keys' popularity; 0 is uniform (0)\n"
    "  --value-bytes N   (64)\n"
    "  --rate N          requests/s whatever the server does: open loop (0)\n"
    "  --threads N       of the generator (1)\n"
    "  --seconds S       measured (3), after --warm-up S (0.5)\n"
    "  --requests N      instead: exactly N, one after the other, one client\n";

const option kOptions[] = {{"port", required_argument, nullptr, 'p'},
                           {"protocol", required_argument, nullptr, 'P'},
                           {"clients", required_argument, nullptr, 'c'},
                           {"idle", required_argument, nullptr, 'i'},
                           {"slow", required_argument, nullptr, 'S'},
                           {"depth", required_argument, nullptr, 'd'},
                           {"reads", required_argument, nullptr, 'r'},
                           {"keys", required_argument, nullptr, 'k'},
                           {"zipf", required_argument, nullptr, 'z'},
                           {"value-bytes", required_argument, nullptr, 'v'},
                           {"rate", required_argument, nullptr, 'R'},
                           {"threads", required_argument, nullptr, 't'},
                           {"seconds", required_argument, nullptr, 's'},
                           {"warm-up", required_argument, nullptr, 'w'},
                           {"requests", required_argument, nullptr, 'n'},
                           {nullptr, 0, nullptr, 0}};

bool ParseProtocol(const char* name, Protocol* protocol) {
  static const std::pair<const char*, Protocol> kNames[] = {
      {"resp", Protocol::kResp},
      {"line", Protocol::kLine},
      {"echo", Protocol::kEcho},
      {"memcached", Protocol::kMemcached}};
  for (auto [known, value] : kNames) {
    if (std::strcmp(name, known) != 0) continue;
    *protocol = value;
    return true;
  }
  return false;
}

// False: the option or its value is not one of ours.
bool Take(int letter, const char* text, Settings& settings) {
  Workload& workload = settings.workload;
  int number = std::atoi(text);
  double real = std::strtod(text, nullptr);
  switch (letter) {
    case 'p':
      settings.port = static_cast<std::uint16_t>(number);
      break;
    case 'P':
      return ParseProtocol(text, &workload.protocol);
    case 'c':
      workload.clients = number;
      break;
    case 'i':
      workload.idle_clients = number;
      break;
    case 'S':
      workload.slow_clients = number;
      break;
    case 'd':
      workload.depth = number;
      break;
    case 'r':
      workload.read_share = real;
      break;
    case 'k':
      workload.keys = static_cast<std::size_t>(number);
      break;
    case 'z':
      workload.zipf_exponent = real;
      break;
    case 'v':
      workload.value_bytes = static_cast<std::size_t>(number);
      break;
    case 'R':
      workload.requests_per_second = real;
      break;
    case 't':
      workload.threads = number;
      break;
    case 's':
      settings.seconds = real;
      break;
    case 'w':
      settings.warm_up = real;
      break;
    case 'n':
      settings.requests = static_cast<std::uint64_t>(real);
      break;
    default:
      return false;
  }
  return real >= 0;
}

std::chrono::nanoseconds Nanoseconds(double seconds) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * seconds));
}

double Microseconds(const Histogram& latency, double share) {
  return 1e-3 * static_cast<double>(latency.Quantile(share));
}

void RunForTime(const Settings& settings) {
  LoadGenerator load(settings.workload, settings.port);
  load.Connect();
  load.Start();
  load.Run(Nanoseconds(settings.warm_up));
  load.BeginWindow();
  load.Run(Nanoseconds(settings.seconds));
  load.EndWindow();
  LoadResult result = load.Stop();
  std::printf(
      "%.0f requests/s  p50 %.1f us  p99 %.1f us  p99.9 %.1f us  "
      "generator %.2f cores\n",
      static_cast<double>(result.answered) / result.seconds,
      Microseconds(result.latency, 0.5), Microseconds(result.latency, 0.99),
      Microseconds(result.latency, 0.999),
      result.generator_cpu_seconds / result.seconds);
}

// For counting instructions: the same requests on every run.
void RunExactly(const Settings& settings) {
  const Workload& workload = settings.workload;
  Corpus corpus(workload.protocol, workload.keys, workload.value_bytes);
  KeyPicker keys(workload.keys, workload.zipf_exponent, workload.seed);
  Random random(workload.seed);
  std::vector<char> scratch(256 * 1024);
  Client client(0, settings.port);
  for (std::size_t key = 0; key < corpus.keys(); ++key) {
    client.Ask(corpus.Set(key), 0);
    client.Settle(scratch);
  }
  for (std::uint64_t i = 0; i < settings.requests; ++i) {
    std::size_t key = keys.Next();
    bool reads = random.NextShare() < workload.read_share;
    client.Ask(reads ? corpus.Get(key) : corpus.Set(key), 0);
    client.Settle(scratch);
  }
  std::printf("%llu requests answered\n",
              static_cast<unsigned long long>(settings.requests));
}

int Main(int argc, char** argv) {
  Settings settings;
  bool good = true;
  for (int letter = 0; good && (letter = ::getopt_long(argc, argv, "", kOptions,
                                                       nullptr)) != -1;) {
    good = optarg != nullptr && Take(letter, optarg, settings);
  }
  const Workload& workload = settings.workload;
  if (!good || optind != argc || settings.port == 0 || workload.clients < 1 ||
      workload.depth < 1 || workload.keys < 1 || workload.threads < 1) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  AllowManyDescriptors();
  if (settings.requests > 0) {
    RunExactly(settings);
  } else {
    RunForTime(settings);
  }
  return 0;
}

}  // namespace
}  // namespace stepkv::bench

int main(int argc, char** argv) try {
  return stepkv::bench::Main(argc, argv);
} catch (const std::exception& error) {
  std::fprintf(stderr, "load_generator: %s\n", error.what());
  return 1;
}
