#!/usr/bin/env python3
"""report_test.py BUILD_DIR: run_bench, its result files and its tables."""

import importlib.machinery
import importlib.util
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import flame  # noqa: E402
import results  # noqa: E402
import tables  # noqa: E402

RUN_BENCH = HERE.parent / "run_bench"
BUILD_DIR = pathlib.Path()


def load_run_bench():
    loader = importlib.machinery.SourceFileLoader("run_bench", str(RUN_BENCH))
    spec = importlib.util.spec_from_loader("run_bench", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def run_bench(*arguments, env=None):
    return subprocess.run(
        [sys.executable, RUN_BENCH, BUILD_DIR, "--quick", *arguments],
        capture_output=True, text=True, timeout=300, env=env, check=False)


def cell(**figures):
    return results.Cell({"scenario": "clients_50", "contestant": "floor",
                         "figures": figures})


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = pathlib.Path(folder.name) / "result.json"

    def test_one_wrong_byte_makes_the_run_fail(self):
        server = BUILD_DIR / "bench" / "wrong_byte_server"
        done = run_bench("--contestant", f"wrong=resp:{server}", "--filter",
                         "^clients_50/wrong", "--out", self.out)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("wrong reply to client", done.stderr)
        self.assertFalse(self.out.exists())

    def test_a_server_that_does_not_start_makes_the_run_fail(self):
        done = run_bench("--contestant", "none=resp:/bin/false", "--filter",
                         "^client_1/none", "--out", self.out)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("did not start", done.stderr)

    def test_a_run_says_what_ran_where(self):
        done = run_bench("--filter", "^clients_50/0[34]|open_loop/04",
                         "--rounds", "2", "--out", self.out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("0m00s left", done.stdout)
        document = json.loads(self.out.read_text())
        self.assertEqual(document["kind"], "quick")
        for name in ("date", "commit", "processor", "cores", "kernel",
                     "compiler", "build_type", "missing"):
            self.assertTrue(document["context"][name], name)
        self.assertEqual(len(document["cells"]), 6)  # two, and four loads
        for record in document["cells"]:
            self.assertEqual(
                len(record["figures"]["requests_per_second"]), 2)

    def test_every_figure_is_there(self):
        done = run_bench("--filter", "^clients_500/04", "--out", self.out)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = results.Results.read(self.out).cell("clients_500",
                                                    "04_mutex_store")
        for name in ("requests_per_second", "p50_us", "p99_us", "p999_us",
                     "cpu_us_per_request", "switches_per_request",
                     "memory_bytes_per_connection", "generator_cores",
                     "generator_bound", "other_cores"):
            self.assertIn(name, found.figures)

    def test_a_missing_peer_is_named(self):
        done = run_bench("--filter", "^client_1/floor", "--out", self.out,
                         env=dict(os.environ, PATH="/nowhere"))
        self.assertEqual(done.returncode, 0, done.stderr)
        missing = json.loads(self.out.read_text())["context"]["missing"]
        self.assertIn("redis-server: not found in PATH", missing)
        self.assertIn("memcached: not found in PATH", missing)


class Rounds(unittest.TestCase):
    def test_everyone_has_a_turn_in_each_round_in_changing_order(self):
        trials = [(s, c) for s in "AB" for c in "abcdefgh"]
        turns = list(load_run_bench().in_rounds(
            trials, 3, random.Random(1).shuffle))
        orders = []
        for number in (1, 2, 3):
            of_round = [trial for n, trial in turns if n == number]
            self.assertEqual(sorted(of_round), trials)
            self.assertEqual([s for s, _ in of_round], list("A" * 8 + "B" * 8))
            orders.append(tuple(of_round))
        self.assertEqual(len(set(orders)), 3)


class Conclusions(unittest.TestCase):
    def test_a_wide_spread_is_inconclusive_and_one_outlier_is_not(self):
        self.assertTrue(cell(x=[100, 150, 100, 60, 140]).inconclusive("x"))
        self.assertFalse(cell(x=[100, 101, 99, 100, 900]).inconclusive("x"))

    def test_a_rate_that_the_generator_limited_is_struck_out(self):
        bound = cell(requests_per_second=[5, 5, 5], generator_bound=[1, 0, 1])
        self.assertEqual(tables.rate_shown(bound), "~~5~~")
        free = cell(requests_per_second=[5, 5, 5], generator_bound=[0, 0, 1])
        self.assertEqual(tables.rate_shown(free), "5")

    def test_numbers_have_three_digits(self):
        self.assertEqual([tables.number(x) for x in (
            0, 0.01234, 1.5, 12.34, 999.6, 123456)],
            ["0", "0.0123", "1.5", "12.3", "1,000", "123,000"])


class Documents(unittest.TestCase):
    def test_a_stale_table_is_found_and_rewritten(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            document = folder / "page.md"
            document.write_text(
                "<!-- bench: instructions -->\nold\n<!-- /bench -->\n")
            found = folder / "results.json"
            results.write(found, {
                "kind": "quick", "context": {}, "scenarios": {},
                "instructions": {"floor": {"GET": 7, "SET": 8}}, "cells": []})
            arguments = ["--results", str(found), str(document)]
            with self.assertRaises(SystemExit) as stale:
                tables.main(["--check", *arguments])
            self.assertIn("page.md", str(stale.exception))
            tables.main(arguments)
            self.assertIn("| floor | 7 | 8 |", document.read_text())
            tables.main(["--check", *arguments])

    def test_an_unknown_table_is_refused(self):
        with self.assertRaises(ValueError):
            tables.table(results.Results({
                "kind": "full", "context": {}, "scenarios": {},
                "cells": []}), ["nonsense"])


class Flame(unittest.TestCase):
    SCRIPT = """server 7 1.0: 1 cpu-clock:
\tf00 std::map<int, a<b>>::find+0x1 (/bin/server)
\tf01 main+0x2 (/bin/server)

server 7 1.1: 1 cpu-clock:
\tf01 main+0x3 (/bin/server)
"""

    def test_stacks_are_counted_from_the_outermost_frame(self):
        counted = flame.stacks(self.SCRIPT)
        outer = ("main", "/bin/server")
        self.assertEqual(counted, {
            (outer, ("std::map::find", "/bin/server")): 1, (outer,): 1})
        self.assertIn("std::map::find: 50.0 %",
                      flame.draw(counted, "t", "server"))


if __name__ == "__main__":
    BUILD_DIR = pathlib.Path(sys.argv.pop(1))
    unittest.main(verbosity=2)
