#!/usr/bin/env python3
"""Every plot is drawn, from a result file made up here."""

import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "report")]

import plots  # noqa: E402
import results  # noqa: E402

SCENARIOS = ("client_1", "clients_50", "clients_50_depth_16", "clients_500",
             "clients_5000")
CONTEXT = {"processor": "P", "cores": 2, "date": "2000-01-01", "commit": "c"}


def cell(scenario, contestant, bound, **more):
    figures = {name: [100, 110, 120] for name in (
        "requests_per_second", "cpu_us_per_request", "p50_us", "p99_us",
        "p999_us", "memory_bytes_per_connection",
        "kernel_bytes_per_connection", "busiest_thread_share")}
    return dict(more, scenario=scenario, contestant=contestant,
                figures=dict(figures, generator_bound=[bound] * 3))


class Plots(unittest.TestCase):
    def draw(self, cells, rates):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        folder = pathlib.Path(folder.name)
        results.write(folder / "compare.json", {
            "kind": "full", "context": CONTEXT, "cells": cells,
            "scenarios": {name: "" for name in SCENARIOS + ("open_loop",)}})
        results.write_stores(folder / "stores.json", CONTEXT, rates)
        plots.main(["--results", str(folder / "compare.json"), "--stores",
                    str(folder / "stores.json"), "--out", str(folder)])
        return {path.stem: path.read_text() for path in folder.glob("*.svg")}

    def test_all_are_drawn_well_formed_and_for_dark_pages(self):
        names = ("02_thread_per_client", "floor")
        cells = [cell(s, c, c == "floor") for s in SCENARIOS for c in names]
        cells += [cell("open_loop", c, 0, load=load)
                  for c in names for load in (25, 90)]
        drawn = self.draw(cells, {
            f"Stores/mutex/writes:{w}/keys:uniform/real_time/threads:{t}": [1e6]
            for w in (0, 50) for t in (1, 2)})
        self.assertEqual(set(drawn), {"throughput", "cpu", "latency", "memory",
                                      "crowds", "stores"})
        for name, svg in drawn.items():
            xml.etree.ElementTree.fromstring(svg)
            self.assertIn("prefers-color-scheme: dark", svg, name)
        self.assertIn("<pattern", drawn["throughput"])  # the hatch of a struck
        self.assertNotIn("<pattern", drawn["cpu"])      # bar; CPU stays valid


if __name__ == "__main__":
    unittest.main(verbosity=2)
