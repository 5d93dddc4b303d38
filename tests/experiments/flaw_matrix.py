"""The flaw matrix: every experiment on every step, as docs/flaw_matrix.md.

    flaw_matrix.py --build-dir DIR            writes it
    flaw_matrix.py --build-dir DIR --check    fails where it has changed

The steps are those of the build (DIR/steps.txt), the experiments those that
DIR/bin/experiment lists. Only verdicts are kept: counts differ from run to run.
"""

import argparse
import concurrent.futures
import difflib
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "flaw_matrix.md"

# Each experiment waits more than it computes; two at once are few enough not
# to disturb each other's counts.
AT_ONCE = 2
LIMIT_SECONDS = 120

VERDICT = re.compile(r"^(RED|ok|-)  (\S+)  (\S+): (.*)$", re.MULTILINE)

HEAD = """\
# The flaw matrix

Every experiment on every step, by running it. **RED**: the flaw shows. ok: it does not. -: the step has not got what the experiment is about. *In part*: those clients who share a shard or a loop with the slow one have to wait, the others do not.

`./run experiment NAME NN` plays a cell of the table: it asks for a prediction, draws what happened, and explains it. A cell's link leads to the chapter of its step. `./test experiments` plays all of them, and fails when a verdict is not the one below; `python3 tests/experiments/flaw_matrix.py --build-dir build/release` writes this page.

"""


def rows(experiment):
    """[(experiment, row, sentence)], in order."""
    listed = subprocess.run([experiment, "--rows"], check=True, text=True,
                            capture_output=True).stdout
    return [tuple(line.split("\t")) for line in listed.splitlines()]


def play(experiment, name, server):
    """{row: verdict} of one experiment on one step."""
    ran = subprocess.run(
        [experiment, name, "--yes", "--server", server], text=True,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT_SECONDS)
    if ran.returncode != 0:
        raise RuntimeError(f"{name} on {server.name}:\n{ran.stdout}{ran.stderr}")
    found = {}
    for verdict, row, _, evidence in VERDICT.findall(ran.stdout):
        part = verdict == "ok" and "(in part)" in evidence
        found[row] = "ok, in part" if part else verdict
        print(f"{verdict:4} {row:11} {server.name}: {evidence}", flush=True)
    return found


def play_all(experiment, names, servers):
    """{(row, step): verdict}"""
    found = {}
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        played = {pool.submit(play, experiment, name, server): server.name
                  for name in names for server in servers}
        for one in concurrent.futures.as_completed(played):
            for row, verdict in one.result().items():
                found[row, played[one]] = verdict
    return found


def cell(verdict, step):
    text = "**RED**" if verdict == "RED" else verdict
    return f"[{text}]({step}.md)"


def document(listed, steps, found):
    lines = ["| experiment | " + " | ".join(step[:2] for step in steps) + " |",
             "| --- |" + " --- |" * len(steps)]
    for name, row, _ in listed:
        cells = [cell(found[row, step], step) for step in steps]
        lines.append(f"| [{row}](#{row}) | " + " | ".join(cells) + " |")
    lines.append("")
    lines.append("Steps: " + ", ".join(
        f"[{step[:2]}]({step}.md) {step[3:].replace('_', ' ')}"
        for step in steps) + ".")
    for name, row, sentence in listed:
        lines += ["", f"### {row}", "",
                  sentence[0].upper() + sentence[1:] + ".", "",
                  f"`./run experiment {name} NN`"]
    return HEAD + "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build-dir", type=pathlib.Path, required=True)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    binaries = options.build_dir.resolve() / "bin"
    steps = (options.build_dir / "steps.txt").read_text().split()
    experiment = binaries / "experiment"
    listed = rows(experiment)
    names = list(dict.fromkeys(name for name, _, _ in listed))
    found = play_all(experiment, names, [binaries / step for step in steps])
    text = document(listed, steps, found)
    if not options.check:
        DOCUMENT.write_text(text)
        return 0
    kept = DOCUMENT.read_text() if DOCUMENT.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(
        kept.splitlines(True), text.splitlines(True),
        "docs/flaw_matrix.md", "what was found now"))
    return 0 if kept == text else 1


if __name__ == "__main__":
    sys.exit(main())
