// The echo steps: every line comes back trimmed, and no line is a command.
#include "tests/conformance/fixture.h"

namespace stepkv::testing {
namespace {

CONFORMANCE(Echo, EveryLineComesBackTrimmed, kEcho) {
  const std::pair<std::string, std::string> table[] = {
      {"hello\n", "hello\n"},
      {"hello\r\n", "hello\n"},
      {"  hello world \t\n", "hello world\n"},
      {"\v\f hello \r\r\n", "hello\n"},
      {"two  blanks\n", "two  blanks\n"},
      {"\"quoted\n", "\"quoted\n"},
      {"a\0b\n"s, "a\0b\n"s},
      {"\xff\xfe\n", "\xff\xfe\n"},
      {"h\xc3\xa9\n", "h\xc3\xa9\n"},
  };
  for (const auto& [sent, line] : table) {
    SCOPED_TRACE(Shown(sent));
    Send(sent);
    Expect(line);
  }
}

CONFORMANCE(Echo, AnEmptyLineComesBackEmpty, kEcho) {
  Send("\n\r\n  \t \nafter\n");
  Expect("\n\n\nafter\n");
}

CONFORMANCE(Echo, NoLineIsACommand, kEcho) {
  std::string lines = "STOP\nQUIT\nPING\nSET k v\nGET k\n*1\n$4\nPING\n";
  Send(lines);
  Expect(lines);
}

CONFORMANCE(Echo, LineSplitAtEveryByteGivesTheSameLine, kEcho) {
  const std::string line = " one line \r\n";
  for (std::size_t i = 0; i <= line.size(); ++i) {
    SCOPED_TRACE("split after " + std::to_string(i) + " bytes");
    Send("ahead\n" + line.substr(0, i));
    Expect("ahead\n");  // so the first part has been read
    Send(line.substr(i));
    Expect("one line\n");
  }
}

CONFORMANCE(Echo, PipelineOfTenThousandLinesComesBackInOrder, kEcho) {
  std::string lines;
  for (int i = 0; i < 10000; ++i) lines += "line " + std::to_string(i) + "\n";
  client().Exchange(lines, lines);
}

CONFORMANCE(Echo, LastLineWithoutAnEndIsNoLine, kEcho) {
  Send("whole\nnot whole");
  client().HalfClose();
  Expect("whole\n");
  ExpectClosed();
}

CONFORMANCE(Echo, HalfCloseStillBringsMoreThanTheSocketHolds, kEcho) {
  std::string lines = Repeat(Pattern(60000) + "\n", 200);  // 12 MB
  Client half = Connect();
  half.Exchange(lines, lines);
  half.Send("last\n");
  half.HalfClose();
  half.Expect("last\n");
  half.ExpectClosed();
}

CONFORMANCE(Echo, LineOf64KiBComesBack, kEcho) {
  const std::string line = Pattern(64 * 1024);
  client().Exchange(line + "\nafter\n", line + "\nafter\n");
}

CONFORMANCE(Echo, LineOneByteLongerIsRefusedBeforeItEnds, kEcho) {
  for (const char* end : {"", "\nafter\n"}) {
    Client peer = Connect();
    peer.Send("before\n" + Pattern(64 * 1024 + 1) + end);
    peer.Expect("before\nERR Protocol error: too big inline request\n");
    peer.ExpectClosed();
  }
}

CONFORMANCE(Echo, TheNextClientIsServedAfterOneThatBroke, kEcho) {
  Client reset = Connect();
  reset.Send("half a li");
  reset.Reset();
  Client refused = Connect();
  refused.Send(Pattern(70000));
  refused.Expect("ERR Protocol error: too big inline request\n");
  refused.Close();
  Send("still here\n");
  Expect("still here\n");
}

}  // namespace
}  // namespace stepkv::testing
