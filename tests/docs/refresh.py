#!/usr/bin/env python3
"""Keeps what the documents quote the same as what they quote from.

refresh.py                rewrites every quotation in README.md and docs/
refresh.py --check        changes nothing; fails when one is out of date

A quotation is a comment in the Markdown and the block that follows it:

<!-- code: FILE NAME... -->      functions or types, found by their names
<!-- file: FILE [FIRST-LAST] --> a file, or some of its lines
<!-- diff: OLD NEW [NAME] -->    two files, a function in both, or two folders
<!-- output: COMMAND -->         what a command prints
<!-- steps-table -->             the table of the steps
"""

import argparse
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys

import cpp_source
import steps

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARKER = re.compile(r"^<!-- ([a-z-]+)(?:: (.*?))? -->$")


class Stale(Exception):
    """What is to be quoted does not exist."""


def read(path):
    try:
        return (ROOT / path).read_text()
    except OSError as error:
        raise Stale(f"cannot read {path}: {error.strerror}") from error


def named(path, name):
    try:
        return cpp_source.find(read(path), name)
    except cpp_source.NotFound as missing:
        raise Stale(f"{path} has no {missing}") from missing


def quote_code(arguments, _):
    path, *names = arguments.split()
    return "cpp", "\n\n".join(named(path, name) for name in names)


def quote_file(arguments, _):
    path, *span = arguments.split()
    lines = read(path).splitlines()
    if span:
        first, last = map(int, span[0].split("-"))
        if last > len(lines):
            raise Stale(f"{path} has {len(lines)} lines, not {last}")
        lines = lines[first - 1:last]
    language = {".h": "cpp", ".cc": "cpp", ".py": "python"}
    return language.get(pathlib.Path(path).suffix, "text"), "\n".join(lines)


def quote_diff(arguments, _):
    old, new, *name = arguments.split()
    if (ROOT / old).is_dir():
        return "diff", steps.folder_diff(ROOT / old, ROOT / new)
    pair = [named(path, name[0]) if name else read(path)
            for path in (old, new)]
    return "diff", steps.text_diff(old, new, *pair)


def quote_output(arguments, build_dir):
    environment = dict(os.environ, STEPKV_BUILD_DIR=build_dir, TERM="dumb",
                       COLUMNS="80", LC_ALL="C.UTF-8")
    done = subprocess.run(
        ["bash", "-c", arguments], cwd=ROOT, env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=300, check=False)
    if done.returncode:
        raise Stale(f"'{arguments}' ends with {done.returncode}:\n"
                    f"{done.stdout}")
    return "text", done.stdout.replace(build_dir, "build/release").rstrip("\n")


QUOTE = {"code": quote_code, "file": quote_file, "diff": quote_diff,
         "output": quote_output}


def refreshed(text, build_dir):
    """The document with every quotation made anew."""
    lines, result = text.splitlines(), []
    at = 0
    fence = None
    while at < len(lines):
        line = lines[at]
        result.append(line)
        at += 1
        mark = re.match(r"^\s*(```+)", line)
        if mark and (fence is None or mark[1].startswith(fence)):
            fence = mark[1] if fence is None else None
        marker = fence is None and MARKER.match(line)
        if not marker or not quotes(marker[1], lines[at:at + 1]):
            continue
        try:
            if marker[1] == "steps-table":
                at = skip_table(lines, at)
                result += steps.table(ROOT).splitlines()
            else:
                if marker[1] not in QUOTE or not marker[2]:
                    raise Stale("no such quotation (see CONTRIBUTING.md)")
                language, content = QUOTE[marker[1]](marker[2], build_dir)
                at, opening = skip_fence(lines, at, language)
                result += [opening, *content.splitlines(), "```"]
        except (Stale, ValueError) as error:
            raise Stale(f"line {at}: {line}\n{error}") from error
    return "\n".join(result) + "\n"


def quotes(kind, next_line):
    """Whether a comment is for us. Above a block, a misspelt one is too."""
    return kind in QUOTE or kind == "steps-table" or (
        bool(next_line) and next_line[0].startswith("```"))


def skip_table(lines, at):
    while at < len(lines) and lines[at].startswith("|"):
        at += 1
    return at


def skip_fence(lines, at, language):
    """Where the block after a marker ends, and the line that opens it."""
    if at == len(lines) or not lines[at].startswith("```"):
        return at, "```" + language
    end = at + 1
    while lines[end] != "```":
        end += 1
    return end + 1, lines[at]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--build-dir", default=str(ROOT / "build/release"))
    parser.add_argument("documents", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    documents = options.documents or sorted(
        [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
    failures = 0
    for document in documents:
        failures += not refresh(document, options)
    if failures and options.check:
        print("Refresh them with: tests/docs/refresh.py")
    return 1 if failures else 0


def refresh(document, options):
    """False: it could not be refreshed, or was stale and we only check."""
    before = document.read_text()
    try:
        after = refreshed(before, options.build_dir)
    except Stale as error:
        print(f"{document}: {error}")
        return False
    if after == before:
        return True
    if not options.check:
        document.write_text(after)
        print(f"{document}: refreshed")
        return True
    print(f"{document} is out of date:")
    print("\n".join(difflib.unified_diff(
        before.splitlines(), after.splitlines(), "as it stands",
        "as it should be", lineterm="")))
    return False


if __name__ == "__main__":
    sys.exit(main())
