#!/usr/bin/env python3
"""The tables of a result file, as text and in the documents.

tables.py DOCUMENT...           rewrites the tables in these documents
tables.py --check DOCUMENT...   changes nothing; fails when one is out of date
tables.py --print               prints all of them

In a document, a table stands between two comments:

    <!-- bench: scenario clients_50 -->
    <!-- /bench -->

with one of: machine, scenario NAME, open_loop, memory, instructions.
"""

import argparse
import pathlib
import re
import sys

import results

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "results" / "compare.json"
MARKED = re.compile(r"(<!-- bench: ([^\n]*?) -->\n).*?(<!-- /bench -->)", re.S)
MISSING = "-"


def number(value):
    """Three significant digits, as people write them."""
    if value == 0:
        return "0"
    rounded = results.significant(value, 3)
    if abs(rounded) >= 100:
        return f"{rounded:,.0f}"
    return f"{rounded:.3g}"


def shown(cell, figure):
    """A median; `?` behind one whose rounds differ too much to conclude."""
    if cell is None or not cell.has(figure):
        return MISSING
    return number(cell.median(figure)) + (
        " ?" if cell.inconclusive(figure) else "")


def rate_shown(cell):
    if not cell.has("requests_per_second"):
        return MISSING
    text = shown(cell, "requests_per_second")
    return f"~~{text}~~" if cell.generator_bound() else text


def spread_shown(cell):
    if len(cell.figures["requests_per_second"]) < 2:
        return MISSING  # one round has none
    return f"{100 * cell.spread('requests_per_second'):.0f} %"


def ratio(cell, other, figure):
    if other is None or not (cell.has(figure) and other.has(figure)):
        return MISSING
    if other.median(figure) == 0:
        return MISSING
    doubtful = cell.inconclusive(figure) or other.inconclusive(figure)
    return number(cell.median(figure) / other.median(figure)) + (
        " ?" if doubtful else "")


def reference(found, scenario):
    """What others are compared with: step 02, or 03 where 02 has no store."""
    for prefix in ("02", "03"):
        for name in found.contestants():
            if name.startswith(prefix) and found.cell(scenario, name):
                return name
    return None


def scenario_table(found, scenario):
    step = reference(found, scenario)
    base = found.cell(scenario, step) if step else None
    floor = found.cell(scenario, "floor")
    rows = [["", "requests/s", "±", f"x {step[:2] if step else '?'}",
             "p50 µs", "p99 µs", "p99.9 µs", "CPU µs/request", "x floor",
             "switches", "system calls", "generator", "others"]]
    for name in found.contestants():
        cell = found.cell(scenario, name)
        if cell is None:
            continue
        rows.append([
            name, rate_shown(cell), spread_shown(cell),
            ratio(cell, base, "requests_per_second"),
            shown(cell, "p50_us"), shown(cell, "p99_us"),
            shown(cell, "p999_us"), shown(cell, "cpu_us_per_request"),
            ratio(cell, floor, "cpu_us_per_request"),
            shown(cell, "switches_per_request"),
            shown(cell, "syscalls_per_request"),
            shown(cell, "generator_cores"), shown(cell, "other_cores")])
    return rows


def open_loop_table(found, scenario="open_loop"):
    loads = found.loads(scenario)
    rows = [["", "capacity/s"] + [f"{load} %: p50 / p99 / p99.9 µs"
                                  for load in loads]]
    for name in found.contestants():
        cells = [found.cell(scenario, name, load) for load in loads]
        if not any(cells):
            continue
        rows.append([name, shown(cells[0], "capacity_per_second")] + [
            " / ".join(shown(cell, figure)
                       for figure in ("p50_us", "p99_us", "p999_us"))
            for cell in cells])
    return rows


def memory_table(found):
    scenarios = [name for name in found.scenarios if any(
        cell.scenario == name and cell.has("memory_bytes_per_connection")
        for cell in found.cells)]
    rows = [[""] + [f"{name}: bytes + kernel's" for name in scenarios]]
    for name in found.contestants():
        cells = [found.cell(scenario, name) for scenario in scenarios]
        if not any(cell and cell.has("memory_bytes_per_connection")
                   for cell in cells):
            continue
        rows.append([name] + [
            shown(cell, "memory_bytes_per_connection") + " + "
            + shown(cell, "kernel_bytes_per_connection") for cell in cells])
    return rows


def instructions_table(found):
    rows = [["", "GET", "SET"]]
    for name, counts in found.instructions.items():
        rows.append([name, f"{counts['GET']:,}", f"{counts['SET']:,}"])
    return rows


KINDS = {
    "full": "the whole comparison",
    "quick": "a quick run, which checks replies: **its times mean nothing**",
    "short": "**a short run: too little to conclude from**",
    "partial": "a selection",
}


def machine_table(found):
    context = found.context
    versions = ", ".join(f"{name} {version}" for name, version
                         in context.get("versions", {}).items())
    return [
        ["", ""],
        ["run", KINDS[found.kind]],
        ["date, commit", f"{context['date']}, {context['commit']}"],
        ["machine", f"{context['processor']}, {context['cores']} cores, "
                    f"{context['memory_gib']} GiB"],
        ["kernel, compiler", f"{context['kernel']}, {context['compiler']}, "
                             f"{context['build_type']}"],
        ["peers", versions + "; missing: " + context["missing"]],
        ["rounds", f"{context['rounds']} of {context['window_seconds']} s, "
                   f"{context['generator_threads']} generator thread; "
                   f"{context['took_seconds']} s in all"],
        ["system calls counted by", context.get("syscalls_counted_by",
                                                "nothing: none was allowed")],
        ["too wide to conclude", _count(found, _wide)],
        ["others used the machine", _count(found, results.Cell.disturbed)],
        ["the generator was the bottleneck",
         _count(found, results.Cell.generator_bound)],
    ]


def _wide(cell):
    return cell.has("requests_per_second") and cell.inconclusive(
        "requests_per_second")


def _count(found, predicate):
    return f"{sum(map(predicate, found.cells))} of {len(found.cells)} cells"


def table(found, words):
    """Rows, the header first, for what a marker names."""
    if words[0] == "scenario" and len(words) == 2:
        return scenario_table(found, words[1])
    makers = {"machine": machine_table, "open_loop": open_loop_table,
              "memory": memory_table, "instructions": instructions_table}
    if words[0] not in makers or len(words) != 1:
        raise ValueError(f"no such table: {' '.join(words)}")
    return makers[words[0]](found)


def as_markdown(rows):
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "| --- |" + " ---: |" * (len(rows[0]) - 1))
    return "\n".join(lines) + "\n"


def aligned(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(
        text.ljust(width) if i == 0 else text.rjust(width)
        for i, (text, width) in enumerate(zip(row, widths))).rstrip()
        for row in rows)


def as_text(found):
    parts = ["\n" + "\n".join(f"{name:34}{value}" for name, value
                              in machine_table(found)[1:])]
    for scenario, question in found.scenarios.items():
        rows = (open_loop_table(found) if found.loads(scenario)
                else scenario_table(found, scenario))
        if len(rows) > 1:
            parts.append(f"\n{scenario}: {question}\n{aligned(rows)}")
    if found.instructions:
        parts.append("\nInstructions per request\n"
                     + aligned(instructions_table(found)))
    parts.append(
        "\n~~struck out~~: the load generator was the bottleneck. "
        "?: the middle half of the rounds differs by more than "
        f"{100 * results.WIDE_SPREAD:.0f} %: concludes nothing.")
    return "\n".join(parts)


def rewritten(text, found):
    return MARKED.sub(
        lambda match: match.group(1)
        + as_markdown(table(found, match.group(2).split()))
        + match.group(3), text)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("documents", nargs="*", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--print", action="store_true")
    parser.add_argument("--results", type=pathlib.Path, default=RESULTS)
    options = parser.parse_args(arguments)
    found = results.Results.read(options.results)
    if options.print:
        print(as_text(found))
    stale = []
    for path in options.documents:
        before = path.read_text(encoding="utf-8")
        after = rewritten(before, found)
        if before != after:
            stale.append(str(path))
            if not options.check:
                path.write_text(after, encoding="utf-8")
    if options.check and stale:
        sys.exit("Tables out of date (bench/report/tables.py rewrites them): "
                 + ", ".join(stale))


if __name__ == "__main__":
    main(sys.argv[1:])
