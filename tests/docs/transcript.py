"""The transcripts in a Markdown document: parsed, replayed, compared.

The convention is written down in CONTRIBUTING.md ("Transcripts").
"""

import contextlib
import fcntl
import os
import pty
import random
import re
import select
import signal
import socket
import struct
import termios
import time

# Long enough for a sanitizer or a busy machine: only a failure waits it out.
PATIENCE_SECONDS = float(os.environ.get("STEPKV_DOCS_PATIENCE", "60"))
# A command that was asked last and is about to end gets this long to do so
# before the document's end ends it.
GRACE_SECONDS = 0.5

FENCE = re.compile(r"^(\s*)(```+|~~~+)\s*(\S*)\s*(.*?)\s*$")
PROMPT = re.compile(r"^([A-Za-z][\w-]*)?([$>])(?: (.*))?$")
PORT = re.compile(r"(?<![\d.])30\d\d(?!\d)")
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
UNRUN_LANGUAGES = {"sh", "bash", "shell", "shell-session", "terminal"}


class Failure(Exception):
    """A transcript that is not what happens, or cannot be read."""

    def __init__(self, line, message):
        super().__init__(message)
        self.line = line


class Event:
    """One line of a transcript: kind is start, type or output."""

    def __init__(self, line, terminal, kind, text):
        self.line, self.terminal, self.kind, self.text = (
            line, terminal, kind, text)


def blocks(text):
    """Yields (first line's number, language, info, lines) of each fence."""
    opened = None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if opened is None:
            if fence:
                indent, mark, language, info = fence.groups()
                opened = (number + 1, len(indent), mark, language, info, [])
        elif fence and fence[2].startswith(opened[2]) and not fence[3]:
            yield opened[0], opened[3], opened[4], opened[5]
            opened = None
        else:
            opened[5].append(line[opened[1]:])
    if opened:
        raise Failure(opened[0], "a fenced block is not closed")


def events_of(first_line, lines, known):
    """The events of one block. `known` gathers the terminals' names."""
    current, continued = None, None
    for number, line in enumerate(lines, first_line):
        if continued:
            continued.text += "\n" + line
            if not line.endswith("\\"):
                yield continued
                continued = None
            continue
        prompt = PROMPT.match(line)
        if prompt and (prompt[2] == "$" or (prompt[1] or "") in known):
            current = prompt[1] or ""
            kind = "start" if prompt[2] == "$" else "type"
            if kind == "start":
                known.add(current)
            event = Event(number, current, kind, prompt[3] or "")
            if kind == "start" and event.text.endswith("\\"):
                continued = event
            else:
                yield event
            continue
        other = re.match(r"^([A-Za-z][\w-]*)\|(?: (.*))?$", line)
        if other and other[1] in known:
            current, line = other[1], other[2] or ""
        if current is None:
            raise Failure(number, "a transcript starts with a prompt, such as "
                          "`A$ nc localhost 3000`")
        yield Event(number, current, "output", line)


def matches(expected, actual):
    """Whether a line is as written, `...` standing for any part of it."""
    parts = [re.escape(part) for part in expected.split("...")]
    return re.fullmatch(".*".join(parts), actual) is not None


class Terminal:
    """A pseudo-terminal and the process that runs in it."""

    def __init__(self, name, environment, directory):
        self.name = name
        self.environment, self.directory = environment, directory
        self.pid, self.fd = None, None
        self.command = None
        self.pending = ""  # written by the process, not yet claimed
        self.skipping = False  # after a line `...`
        self.inside_line = False  # its beginning has been claimed

    def start(self, command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(self.directory)
            os.execvpe("bash", ["bash", "-c", command], self.environment)
        self.command = command
        self.pending, self.skipping, self.inside_line = "", False, False
        mode = termios.tcgetattr(self.fd)
        mode[1] &= ~termios.ONLCR
        mode[3] &= ~termios.ECHO
        termios.tcsetattr(self.fd, termios.TCSANOW, mode)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 40, 100, 0, 0))

    def type(self, text):
        self.inside_line = False
        keys = {"^C": b"\x03", "^D": b"\x04"}
        os.write(self.fd, keys.get(text, text.encode() + b"\n"))
        if self.skipping:
            self.pending, self.skipping = "", False

    def read(self, seconds):
        """Takes in what the process writes. False: nothing came in time."""
        if self.fd is None:
            return False
        if not select.select([self.fd], [], [], max(0, seconds))[0]:
            return False
        try:
            chunk = os.read(self.fd, 65536)
        except OSError:  # EIO: the last process that had it open is gone
            chunk = b""
        if not chunk:
            self.close()
            return False
        self.pending += ESCAPE.sub("", chunk.decode("utf-8", "replace"))
        return True

    def drain(self):
        while self.read(0):
            pass

    def close(self):
        os.close(self.fd)
        self.fd = None
        # Without its terminal, what still runs is nobody's: see to its end.
        deadline = time.monotonic() + GRACE_SECONDS
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.01)

    def running(self):
        return self.fd is not None

    def await_end(self, deadline):
        while self.running() and time.monotonic() < deadline:
            self.read(deadline - time.monotonic())
        return not self.running()

    def kill(self):
        # bash and what runs in the foreground, which has a group of its own
        # in an interactive shell. (tcgetpgrp: 0 when there is none.)
        foreground = os.tcgetpgrp(self.fd)
        if foreground > 1:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(foreground, signal.SIGKILL)
        os.kill(self.pid, signal.SIGKILL)
        self.await_end(time.monotonic() + PATIENCE_SECONDS)

    def expect(self, expected):
        """Claims one line of output; None when all is well."""
        if expected == "...":
            self.skipping = True
            return None
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            line, whole = self.next_line()
            if line is not None:
                if matches(expected, line):
                    self.claim(whole)
                    return None
                if whole and not self.skipping:
                    return f"expected: {expected}\n     got: {line}"
                if whole:
                    self.pending = self.pending.partition("\n")[2]
                    continue
            if not self.running():
                return f"expected: {expected}\n     got: the end of its output"
            if time.monotonic() > deadline:
                return (f"expected: {expected}\n     got: nothing more in "
                        f"{PATIENCE_SECONDS:.0f} s; so far {self.pending!r}")
            self.read(deadline - time.monotonic())

    def next_line(self):
        """(the next line, whether it is complete), (None, False) if none."""
        if self.inside_line and self.pending:
            if not self.pending.startswith("\n"):
                return "(in the same line) " + self.pending, True
            self.pending, self.inside_line = self.pending[1:], False
        line, newline, _ = self.pending.partition("\n")
        if newline or (line and not self.running()):
            return line.rstrip("\r").rpartition("\r")[2], True
        # A question without a line's end, as it stands.
        return (line, False) if line else (None, False)

    def claim(self, whole):
        if whole:
            self.pending = self.pending.partition("\n")[2]
        else:
            self.pending, self.inside_line = "", True
        self.skipping = False

    def unclaimed(self):
        """Output that no line of the transcript shows."""
        if self.skipping:
            return None
        rest = self.pending
        if self.inside_line and rest.startswith("\n"):
            rest = rest[1:]
        return rest or None


class Replay:
    """Runs a document's transcripts, all in one set of terminals."""

    def __init__(self, directory, build_dir):
        self.directory, self.build_dir = directory, build_dir
        self.ports, self.terminals = {}, {}
        self.environment = dict(
            os.environ, STEPKV_BUILD_DIR=build_dir, TERM="dumb",
            LC_ALL="C.UTF-8", COLUMNS="100")
        self.environment.pop("CI", None)

    def here(self, text):
        """The document's ports and build directory, as they are here."""
        text = PORT.sub(lambda match: self.port(match[0]), text)
        return text.replace("build/release/", self.build_dir + "/")

    def port(self, written):
        if written not in self.ports:
            self.ports[written] = str(free_port())
        return self.ports[written]

    def play(self, event):
        if event.kind == "output":
            problem = self.terminals[event.terminal].expect(
                self.here(event.text))
            if problem:
                raise Failure(event.line, f"terminal '{event.terminal}'\n"
                              f"{problem}")
            return
        self.check_nothing_unclaimed(event.line)
        if event.kind == "start":
            self.start(event)
            return
        terminal = self.terminals[event.terminal]
        if not terminal.running():
            raise Failure(event.line, f"'{terminal.command}' has ended: no "
                          f"process to type into")
        terminal.type(self.here(event.text))

    def start(self, event):
        terminal = self.terminals.get(event.terminal)
        if terminal and not terminal.await_end(
                time.monotonic() + PATIENCE_SECONDS):
            raise Failure(event.line, f"'{terminal.command}' still runs in "
                          f"terminal '{event.terminal}'")
        self.check_nothing_unclaimed(event.line)
        terminal = Terminal(event.terminal, self.environment, self.directory)
        self.terminals[event.terminal] = terminal
        terminal.start(self.here(event.text))

    def check_nothing_unclaimed(self, line):
        for terminal in self.terminals.values():
            terminal.drain()
            rest = terminal.unclaimed()
            if rest:
                raise Failure(line, f"before this line, terminal "
                              f"'{terminal.name}' also showed:\n{rest}")

    def finish(self, line):
        try:
            deadline = time.monotonic() + GRACE_SECONDS
            for terminal in self.terminals.values():
                terminal.await_end(deadline)
            self.check_nothing_unclaimed(line)
        finally:
            self.end_all()

    def end_all(self):
        for terminal in self.terminals.values():
            if terminal.running():
                terminal.kill()


def free_port():
    """A port that is free, below those that the kernel deals out itself."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def check_runs(line, language, info, lines):
    """Whether to run a block; fails on one that hides from the runner."""
    shows_prompt = any(re.match(r"^(\w[\w-]*)?\$ ", text) for text in lines)
    if language in UNRUN_LANGUAGES or (
            shows_prompt and language in ("", "text")):
        raise Failure(line, f"commands stand in ```console blocks, which are "
                      f"run, not in ```{language}")
    if language != "console":
        return False
    if not info:
        return True
    unrun = re.fullmatch(r'no-run="(.+)"', info)
    if not unrun:
        raise Failure(line, f"cannot read '{info}'; known: no-run=\"reason\"")
    print(f"not run, line {line}: {unrun[1]}")
    return False


def run_document(text, directory, build_dir):
    """Replays a document; returns (blocks run, blocks not run)."""
    replay, known = Replay(directory, build_dir), set()
    run, unrun, last = 0, 0, 1
    try:
        for first_line, language, info, lines in blocks(text):
            if not check_runs(first_line, language, info, lines):
                unrun += language == "console"
                continue
            run += 1
            for event in events_of(first_line, lines, known):
                last = event.line
                replay.play(event)
        replay.finish(last)
    finally:
        replay.end_all()
    return run, unrun
