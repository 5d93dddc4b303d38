#include "tests/experiments/subject.h"

#include <utility>

#include "tests/experiments/process_state.h"

namespace stepkv::testing {
namespace {

std::string WithoutEnd(std::string line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

Subject::Subject(std::string path)
    : path_(std::move(path)), name_(path_.substr(path_.rfind('/') + 1)) {}

std::size_t Subject::Tries(std::size_t for_a_step) const {
  constexpr std::size_t kMoreForLabs = 40;
  return name_.starts_with("lab_") ? kMoreForLabs * for_a_step : for_a_step;
}

bool Subject::KnowsCommands() {
  if (!knows_commands_) {
    ServerProcess server = Start();
    TcpClient client(server.port());
    client.Send("PING\n");
    knows_commands_ = client.ReadLine() == "PONG\n";
  }
  return *knows_commands_;
}

bool Subject::ServesSeveral() {
  if (!serves_several_) {
    ServerProcess server = Start();
    TcpClient first(server.port());
    first.Send("PING\n");
    first.ReadLine();
    TcpClient second(server.port());
    second.Send("PING\n");
    serves_several_ = Answered(server, second);
  }
  return *serves_several_;
}

bool Subject::HasOption(const std::string& option) {
  if (!help_) help_ = RunCommand({path_, "--help"}).out;
  return help_->find(option) != std::string::npos;
}

ServerProcess Subject::Start(std::vector<std::string> arguments,
                             std::uint64_t address_space_bytes) {
  ServerProcess::Config config;
  config.path = path_;
  config.arguments = std::move(arguments);
  config.address_space = address_space_bytes;
  // mallopt(3): an arena of 64 MiB of addresses for each thread, by default.
  if (address_space_bytes > 0) config.environment = {"MALLOC_ARENA_MAX=1"};
  return ServerProcess::StartStep(config);
}

Client::Client(const ServerProcess& server, Lanes& lanes, std::size_t lane)
    : socket_(server.port()), lanes_(lanes), lane_(lane) {
  lanes_.Happened(lane_, "connects");
}

void Client::Say(std::string_view line) {
  lanes_.Sent(lane_, line);
  socket_.Send(std::string(line) + "\n");
}

std::string Client::Hear() {
  std::string line = socket_.ReadLine();
  bool whole = line.ends_with('\n');
  line = WithoutEnd(line);
  lanes_.Received(lane_, whole ? line : line + "(end)");
  return line;
}

std::string Client::Ask(std::string_view line) {
  Say(line);
  return Hear();
}

bool Client::IsAnswered(ServerProcess& server) {
  bool answered = Answered(server, socket_);
  if (!answered) lanes_.Happened(lane_, "no answer; the server sleeps");
  return answered;
}

void Client::Leave() {
  lanes_.Happened(lane_, "leaves");
  socket_.Close();
}

std::string Resp(const std::vector<std::string>& words) {
  std::string request = Numbered("*", words.size()) + "\r\n";
  for (const std::string& word : words) {
    request += Numbered("$", word.size()) + "\r\n" + word + "\r\n";
  }
  return request;
}

std::string Count(std::size_t number, std::string_view noun) {
  std::string text = std::to_string(number) + " " + std::string(noun);
  return number == 1 ? text : text + "s";
}

std::string Numbered(std::string_view prefix, std::size_t number) {
  std::string text(prefix);
  text += std::to_string(number);
  return text;
}

}  // namespace stepkv::testing
