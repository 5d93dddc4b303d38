"""redis-cli, as people use it: one-shot, in a terminal, and --pipe."""

import os
import pty
import re
import subprocess
import unittest

PORT = os.environ["STEPKV_PORT"]


def cli(*arguments, stdin=b""):
    done = subprocess.run(["redis-cli", "-p", PORT, *arguments], input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=60, check=False)
    return done.stdout


def typed_in_a_terminal(*lines):
    """What redis-cli shows a person who types these lines and leaves."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "dumb"  # no line editing: plain prompts
        os.execvp("redis-cli", ["redis-cli", "-p", PORT])
    shown = b""
    for line in [*lines, "exit"]:
        while not shown.endswith(b"> "):
            shown += os.read(terminal, 4096)
        os.write(terminal, line.encode() + b"\n")
        shown += b"\n"
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
    except OSError:  # EIO: redis-cli has ended
        pass
    os.waitpid(pid, 0)
    os.close(terminal)
    return shown.decode().replace("\r", "")


class OneShot(unittest.TestCase):
    def setUp(self):
        self.assertEqual(cli("FLUSHALL"), b"OK\n")

    def test_set_and_get(self):
        self.assertEqual(cli("SET", "greeting", "hello world"), b"OK\n")
        self.assertEqual(cli("GET", "greeting"), b"hello world\n")
        self.assertEqual(cli("GET", "missing"), b"\n")

    def test_numbers_and_lists(self):
        self.assertEqual(cli("INCRBY", "n", "40"), b"40\n")
        self.assertEqual(cli("INCR", "n"), b"41\n")
        self.assertEqual(cli("MSET", "a", "1", "b", "2"), b"OK\n")
        self.assertEqual(cli("MGET", "a", "x", "b"), b"1\n\n2\n")

    def test_value_from_stdin_is_binary(self):
        value = bytes(range(256))
        self.assertEqual(cli("-x", "SET", "blob", stdin=value), b"OK\n")
        self.assertEqual(cli("GET", "blob"), value + b"\n")

    def test_errors_are_shown(self):
        self.assertRegex(cli("SET", "k"), rb"^ERR wrong number of arguments")
        self.assertRegex(cli("NOPE"), rb"^ERR unknown command")
        cli("SET", "word", "abc")
        self.assertRegex(cli("INCR", "word"), rb"^ERR value is not an integer")

    def test_commands_on_stdin(self):
        self.assertEqual(cli(stdin=b"SET a 1\nINCR a\nGET a\n"),
                         b"OK\n2\n2\n")

    def test_resp3(self):
        self.assertEqual(cli("-3", "GET", "missing"), b"\n")
        self.assertEqual(cli("-3", "SET", "k", "v"), b"OK\n")


class InATerminal(unittest.TestCase):
    def test_replies_are_shown_by_type(self):
        shown = typed_in_a_terminal("FLUSHALL", "SET k v", "GET k",
                                    "GET missing", "INCR n", "MGET k missing",
                                    "NOPE")
        for reply in ("OK", '"v"', "(nil)", "(integer) 1", '1) "v"\n2) (nil)',
                      "(error) ERR unknown command"):
            self.assertIn("\n" + reply, shown)

    def test_the_prompt_names_the_server_and_no_error(self):
        shown = typed_in_a_terminal("PING", "SELECT 0", "HELLO 3", "PING")
        self.assertIn(f"127.0.0.1:{PORT}> ", shown)
        self.assertEqual(len(re.findall(r"^PONG$", shown, re.M)), 2)
        self.assertNotIn("rror", shown)


class Pipe(unittest.TestCase):
    def test_mass_insertion_ends_without_errors(self):
        cli("FLUSHALL")
        count = 2000
        commands = b"".join(
            b"*3\r\n$3\r\nSET\r\n$%d\r\nk%d\r\n$%d\r\n%d\r\n"
            % (len(str(i)) + 1, i, len(str(i)), i) for i in range(count))
        told = cli("--pipe", stdin=commands)
        self.assertIn(b"errors: 0, replies: %d" % count, told)
        self.assertEqual(cli("DBSIZE"), b"%d\n" % count)
        self.assertEqual(cli("GET", "k1999"), b"1999\n")

    def test_errors_are_counted(self):
        told = cli("--pipe", stdin=b"SET a 1\r\nINCR a\r\nNOPE\r\n")
        self.assertIn(b"errors: 1, replies: 3", told)


if __name__ == "__main__":
    unittest.main()
