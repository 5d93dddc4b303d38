#!/usr/bin/env python3
"""Compares docs/limits.md with the sources.

Each row names a file, a constant and its value, and perhaps a test: the
constant must have that value there, and the test must exist. And every
constant of common/limits.h must have a row.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMITS = "common/limits.h"
UNITS = {"": 1, "bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
MILLISECONDS = {"ms": 1, "s": 1000}
# Names for numbers, and no limits themselves.
NAMES = {"kKiB", "kMiB", "kGiB"}
CONSTANT = re.compile(
    r"(?P<type>constexpr [\w:]+|^  std::size_t) (?P<name>\w+)"
    r"(?: = (?P<value>[^;{]+)|\{(?P<braced>\w+)\});", re.MULTILINE)


class Wrong(Exception):
    pass


def constants(text, known):
    """{name: value} of a source, times in ms; `known` are those it uses."""
    found = {}
    for match in CONSTANT.finditer(text):
        expression = match["value"] or match["braced"]
        # A member of a struct of defaults: its last name is unique.
        expression = re.sub(r"\w+(\{\})?\.", "", expression)
        try:
            value = eval(expression, {"__builtins__": {}}, {**known, **found})
        except (NameError, SyntaxError):
            continue  # no number: a text, a calculation of something else
        if "seconds" in match["type"] or match["name"].endswith("Seconds"):
            value *= 1 if "milliseconds" in match["type"] else 1000
        found[match["name"]] = value
    return found


def written(value):
    """A value as the page writes it, as a number; times in ms."""
    match = re.fullmatch(r"(\d+)(?: (\w+))?", value)
    if not match:
        raise Wrong(f"cannot read the value '{value}'")
    unit = match[2] or ""
    scale = UNITS.get(unit) or MILLISECONDS.get(unit)
    if not scale:
        raise Wrong(f"unknown unit '{unit}'")
    return int(match[1]) * scale


def rows(page):
    """(file, constant, value, test) of each row that names a constant."""
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| ") and re.fullmatch(r"`\w+`", cells[2]):
            yield (cells[1].strip("`"), cells[2].strip("`"), cells[3],
                   cells[5].strip("` |") if len(cells) > 5 else "")


def check_row(path, name, value, test, known, tests):
    source = ROOT / path
    if not source.exists():
        raise Wrong(f"there is no {path}")
    found = constants(source.read_text(), known)
    if name not in found:
        raise Wrong(f"{path} has no constant {name}")
    if found[name] != written(value):
        raise Wrong(f"{name} is {found[name]} in {path}, not {value}")
    if test:
        suite, case = test.split(".")
        if not re.search(rf"\(\s*{suite},\s*{case}\b", tests):
            raise Wrong(f"there is no test {test}")


def check(page):
    """The errors of the page, as texts."""
    errors, listed = [], set()
    known = constants((ROOT / LIMITS).read_text(), {})
    tests = "".join(path.read_text() for path in ROOT.glob("tests/**/*.cc"))
    for row in rows(page):
        try:
            check_row(*row, known, tests)
        except Wrong as wrong:
            errors.append(str(wrong))
        if row[0] == LIMITS:
            listed.add(row[1])
    errors += [f"{name} of {LIMITS} has no row"
               for name in sorted(known.keys() - listed - NAMES)]
    return errors


def main():
    errors = check((ROOT / "docs/limits.md").read_text())
    for error in errors:
        print(f"docs/limits.md: {error}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
