"""The runner must pass what is true and fail what is not."""

import os
import tempfile
import unittest
from unittest import mock

import transcript


def document(*lines, fence="console"):
    return "\n".join(["Text.", "", "```" + fence, *lines, "```", ""])


def run(text):
    with tempfile.TemporaryDirectory() as empty:
        return transcript.run_document(text, empty, "/nonexistent")


class Passes(unittest.TestCase):
    def test_output_of_a_command(self):
        self.assertEqual(run(document("$ echo a; echo; echo b", "a", "", "b")),
                         (1, 0))

    def test_lines_typed_into_a_process(self):
        run(document("A$ rev", "A> abc", "cba", "A> de", "ed", "A> ^D",
                     "A$ echo next", "next"))

    def test_two_terminals_at_once(self):
        run(document("A$ rev", "B$ rev", "A> ab", "ba", "B> cd", "dc",
                     "A> ef", "fe"))

    def test_output_in_a_terminal_that_was_not_prompted_last(self):
        run(document("A$ read x < fifo; echo got $x".replace(
            "read", "mkfifo fifo; read"), "B$ until [ -p fifo ]; do :; done; "
            "echo hello > fifo", "A| got hello"))

    def test_wildcards_in_a_line_and_for_lines(self):
        run(document("$ echo pid $$ here", "pid ... here",
                     "$ seq 100", "1", "...", "99", "100", "$ seq 9", "..."))

    def test_interrupt(self):
        run(document("A$ trap 'echo stopped; exit' INT; echo up; "
                     "while :; do sleep 0.05; done", "up", "A> ^C", "stopped"))

    def test_a_question_without_a_line_end(self):
        run(document("$ printf 'name? '; read n; echo hi $n", "name? ", "> Bo",
                     "hi Bo"))

    def test_commands_see_a_terminal(self):
        run(document("$ test -t 0 && test -t 1 && echo yes", "yes"))

    def test_ports_are_mapped_alike_in_commands_and_output(self):
        run(document("$ echo 3000 13000 3000; echo 3001",
                     "3000 13000 3000", "3001"))
        with self.assertRaises(transcript.Failure):
            run(document("$ echo 3000 | sed s/^[0-9]*$/30''00/", "30 00"))

    def test_processes_end_with_the_document(self):
        with tempfile.NamedTemporaryFile("r") as pid_file:
            run(document(f"A$ echo $$ > {pid_file.name}; echo up; exec cat",
                         "up"))
            with self.assertRaises(ProcessLookupError):
                os.kill(int(pid_file.read()), 0)

    def test_blocks_with_a_reason_are_counted_not_run(self):
        self.assertEqual(
            run(document("$ false", "no", fence='console no-run="why"')),
            (0, 1))


class Fails(unittest.TestCase):
    def fails(self, *lines, at, fence="console", patience=60):
        with mock.patch.object(transcript, "PATIENCE_SECONDS", patience):
            with self.assertRaises(transcript.Failure) as caught:
                run(document(*lines, fence=fence))
        self.assertEqual(caught.exception.line, at)

    def test_other_output(self):
        self.fails("$ echo a", "b", at=5)

    def test_missing_output(self):
        self.fails("$ echo a", "a", "b", at=6)

    def test_more_output_at_the_end(self):
        self.fails("$ echo a; echo b", "a", at=5)

    def test_more_output_before_the_next_command(self):
        self.fails("$ echo a; echo b", "a", "$ echo c", "c", at=6)

    def test_more_output_in_the_same_line(self):
        self.fails("$ printf a; sleep 0.1; echo bc", "a", "c", at=6)

    def test_a_missing_blank_line(self):
        self.fails("$ echo; echo a", "a", at=5)

    def test_output_that_comes_only_after_a_later_line_was_typed(self):
        self.fails("A$ read x; echo $x; sleep 99", "late", "A> late", at=5,
                   patience=0.3)

    def test_typing_where_nothing_runs(self):
        self.fails("A$ exit", "B$ sleep 0.5", "B$ echo b", "b", "A> a", at=8)

    def test_a_terminal_that_is_still_busy(self):
        self.fails("A$ sleep 99", "A$ echo b", "b", at=5, patience=0.3)

    def test_blocks_that_hide_from_the_runner(self):
        self.fails("echo a", fence="sh", at=4)
        self.fails("$ echo a", fence="", at=4)
        self.fails("$ echo a", fence="console no-run", at=4)


if __name__ == "__main__":
    unittest.main()
