// The parser alone: bytes and requests a second, and what it allocates.
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <string_view>

#include "bench/micro/cost.h"
#include "common/limits.h"
#include "common/request_parser.h"

namespace stepkv::bench {
namespace {

constexpr std::size_t kReadPieceBytes = 64 * kKiB;

void Feed(RequestParser& parser, std::string_view bytes) {
  std::memcpy(parser.Prepare(bytes.size()).data(), bytes.data(), bytes.size());
  parser.Commit(bytes.size());
}

// As many whole requests as fit into what one read brings.
std::string Pipeline(std::string_view request) {
  std::string bytes;
  while (bytes.size() + request.size() <= kReadBytes) bytes += request;
  return bytes;
}

void Pipelined(benchmark::State& state, std::string_view one) {
  const std::string bytes = Pipeline(one);
  const std::size_t count = bytes.size() / one.size();
  RequestParser parser;
  Request request;
  auto parse = [&] {
    Feed(parser, bytes);
    while (parser.Next(&request) == RequestParser::Status::kComplete) {
      benchmark::DoNotOptimize(request.args.data());
    }
  };
  parse();  // the first time makes room, once
  AllocationCost allocations;
  for (auto _ : state) parse();
  auto requests =
      static_cast<double>(state.iterations()) * static_cast<double>(count);
  allocations.Report(state, requests);
  state.SetItemsProcessed(static_cast<std::int64_t>(requests));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(bytes.size()));
}

BENCHMARK_CAPTURE(Pipelined, get / dialect
                  : resp, "*2\r\n$3\r\nGET\r\n$10\r\nkey:000042\r\n")
    ->Name("Parser/get/dialect:resp");
BENCHMARK_CAPTURE(
    Pipelined, set / dialect
    : resp, "*3\r\n$3\r\nSET\r\n$10\r\nkey:000042\r\n$8\r\nvalue-42\r\n")
    ->Name("Parser/set/dialect:resp");
BENCHMARK_CAPTURE(Pipelined, get / dialect
                  : line, "GET key:000042\n")
    ->Name("Parser/get/dialect:line");
BENCHMARK_CAPTURE(Pipelined, set / dialect
                  : line, "SET key:000042 value-42\n")
    ->Name("Parser/set/dialect:line");
BENCHMARK_CAPTURE(Pipelined, quoted / dialect
                  : line, "SET key:000042 \"two \\\"words\\\"\\n\"\n")
    ->Name("Parser/quoted/dialect:line");

// One large value that arrives in reads of 64 KiB, at a parser that has grown
// to nothing yet. Linear: bytes a second do not fall as it gets larger.
void LargeValue(benchmark::State& state) {
  auto size = static_cast<std::size_t>(state.range(0)) * kMiB;
  const std::string bytes = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" +
                            std::to_string(size) + "\r\n" +
                            std::string(size, 'x') + "\r\n";
  AllocationCost allocations;
  for (auto _ : state) {
    RequestParser parser;
    Request request;
    std::string_view left = bytes;
    while (parser.Next(&request) != RequestParser::Status::kComplete) {
      std::string_view piece = left.substr(0, kReadPieceBytes);
      left.remove_prefix(piece.size());
      Feed(parser, piece);
    }
    benchmark::DoNotOptimize(request.args.data());
  }
  allocations.Report(state, static_cast<double>(state.iterations()));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(bytes.size()));
}

BENCHMARK(LargeValue)
    ->Name("Parser/value")
    ->ArgName("mib")
    ->Arg(1)
    ->Arg(4)
    ->Arg(16)
    ->Arg(64)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace stepkv::bench
