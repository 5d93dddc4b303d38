#include "bench/compare/scenario.h"

namespace stepkv::bench {
namespace {

constexpr double kYcsbZipf = 0.99;  // of the YCSB workloads A and B
constexpr std::size_t kMiB = 1024 * 1024;

Scenario Clients(const std::string& name, const std::string& question,
                 int clients, int depth = 1) {
  Scenario scenario;
  scenario.name = name;
  scenario.question = question;
  scenario.workload.clients = clients;
  scenario.workload.depth = depth;
  return scenario;
}

// 50 clients at depth 16 on a store: where what the store costs can show.
Scenario Mixed(const std::string& name, const std::string& question,
               double read_share) {
  Scenario scenario = Clients(name, question, 50, 16);
  scenario.needs_store = true;
  scenario.workload.read_share = read_share;
  scenario.workload.zipf_exponent = kYcsbZipf;
  return scenario;
}

Scenario IdleAndBusy() {
  Scenario scenario =
      Clients("idle_1000_busy_50", "What do clients that are silent cost?", 50);
  scenario.workload.idle_clients = 1000;
  scenario.reports_memory = true;
  return scenario;
}

Scenario Lines() {
  Scenario scenario = Clients("clients_50_lines",
                              "Does the line dialect cost more or less?", 50);
  scenario.needs_store = scenario.lines = true;
  return scenario;
}

Scenario HotKey() {
  Scenario scenario = Mixed("hot_key", "What if all want the same key?", 0.5);
  scenario.workload.keys = 1;
  scenario.workload.zipf_exponent = 0;
  return scenario;
}

Scenario LargeValues() {
  Scenario scenario =
      Clients("value_1mib", "What do values of 1 MiB do to the others?", 8);
  scenario.needs_store = true;
  scenario.workload.keys = 8;
  scenario.workload.read_share = 0.5;
  scenario.workload.value_bytes = kMiB;
  return scenario;
}

Scenario SlowReader() {
  Scenario scenario =
      Clients("slow_reader", "Does one who reads slowly hold up the rest?", 50);
  scenario.workload.slow_clients = 1;
  return scenario;
}

Scenario OpenLoop() {
  Scenario scenario =
      Clients("open_loop", "How long do requests wait as load rises?", 50);
  scenario.load_percent = {25, 50, 75, 90};
  return scenario;
}

}  // namespace

std::vector<Scenario> AllScenarios() {
  std::vector<Scenario> all{
      Clients("client_1", "How long does one request take, undisturbed?", 1),
      Clients("clients_50", "How much can it serve?", 50),
      Lines(),
      Clients("clients_50_depth_16",
              "And when sockets cost little: parser and store?", 50, 16),
      Clients("clients_500", "Threads against loops", 500),
      Clients("clients_5000", "Threads against loops, ten times over", 5000),
      IdleAndBusy(),
      HotKey(),
      Mixed("reads_95", "A store mostly read (YCSB B)", 0.95),
      Mixed("reads_50", "A store read and written alike (YCSB A)", 0.50),
      LargeValues(),
      SlowReader(),
      OpenLoop()};
  for (Scenario& scenario : all) {
    if (scenario.workload.clients >= 500) scenario.reports_memory = true;
    if (scenario.workload.clients >= 5000) scenario.window_factor = 3;
  }
  return all;
}

bool Fits(const Scenario& scenario, const Contestant& contestant) {
  const Workload& workload = scenario.workload;
  if (scenario.needs_store && !contestant.stores) return false;
  if (scenario.lines && contestant.protocol != Protocol::kResp) return false;
  if (scenario.lines && contestant.name == "redis-server") return false;
  int connections =
      workload.clients + workload.idle_clients + workload.slow_clients;
  return connections == 1 || contestant.concurrent;
}

Workload WorkloadFor(const Scenario& scenario, const Contestant& contestant) {
  Workload workload = scenario.workload;
  workload.protocol = scenario.lines ? Protocol::kLine : contestant.protocol;
  return workload;
}

}  // namespace stepkv::bench
