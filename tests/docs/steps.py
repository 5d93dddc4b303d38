"""What the documents say about the steps, read from their folders."""

import difflib
import json
import re
import statistics

# A file of one step and one of the next are the same file, changed, when they
# share at least this part of their lines.
SIMILAR = 0.4


def folders(root):
    return sorted(folder for folder in (root / "steps").iterdir()
                  if re.match(r"\d\d_", folder.name)
                  and (folder / "main.cc").exists())


def program(folder):
    """The files under steps/ that make a step: its own, and what they take
    from earlier steps. Labs are not part of it."""
    found = []
    waiting = [path for path in folder.iterdir()
               if path.suffix in (".h", ".cc")]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.append(path)
        for name in re.findall(r'^#include "(steps/.+?)"', path.read_text(),
                               re.MULTILINE):
            header = folder.parent.parent / name
            waiting += [header, header.with_suffix(".cc")]
        waiting = [path for path in waiting if path.exists()]
    return sorted(found)


def heading(folder, field):
    """A field of the comment at the head of main.cc, its lines joined."""
    text, reading = [], False
    for line in (folder / "main.cc").read_text().splitlines():
        if not line.startswith("//"):
            break
        found = re.match(r"// ([A-Z][\w ]*):(.*)", line)
        if found:
            reading = found[1].startswith(field)
            line = "//" + found[2]
        if reading:
            text.append(line[2:].strip())
    return " ".join(text).strip()


def pairs(old, new):
    """[(file before or None, file after or None)] of two steps' programs.

    A file that both use is the same; then files of one name belong together,
    then those that are most alike.
    """
    before, after = program(old), program(new)
    same = set(before) & set(after)
    before = [path for path in before if path not in same]
    after = [path for path in after if path not in same]
    scores = sorted(
        ((one.name == other.name, alike(one, other), one, other)
         for one in before for other in after if one.suffix == other.suffix),
        key=lambda score: (-score[0], -score[1], score[2], score[3]))
    paired, taken = [], set()
    for same_name, score, one, other in scores:
        if (same_name or score >= SIMILAR) and not taken & {one, other}:
            paired.append((one, other))
            taken |= {one, other}
    paired += [(None, path) for path in after if path not in taken]
    paired += [(path, None) for path in before if path not in taken]
    return sorted(paired, key=lambda pair: (
        pair[1] is None, (pair[1] or pair[0]).name))


def lines_of(path):
    return path.read_text().splitlines() if path else []


def alike(one, other):
    return difflib.SequenceMatcher(None, lines_of(one), lines_of(other),
                                   autojunk=False).ratio()


def text_diff(old_name, new_name, old, new):
    return "\n".join(difflib.unified_diff(
        old.splitlines(), new.splitlines(), old_name, new_name, lineterm=""))


def title(path):
    return f"{path.parent.name}/{path.name}" if path else "/dev/null"


def folder_diff(old, new):
    """The change from step to step; a file that goes is told in one line."""
    parts = []
    for before, after in pairs(old, new):
        if after is None:
            parts.append(f"--- {title(before)}\n+++ /dev/null\n"
                         f"@@ all {len(lines_of(before))} lines go @@")
            continue
        changed = text_diff(
            title(before), title(after),
            "\n".join(lines_of(before)), "\n".join(lines_of(after)))
        if changed:
            parts.append(changed)
    return "\n".join(parts)


def change(old, new):
    """(lines added, lines removed) from one step to the next."""
    added = removed = 0
    for before, after in pairs(old, new):
        lines = difflib.unified_diff(lines_of(before), lines_of(after), n=0,
                                     lineterm="")
        for line in list(lines)[2:]:  # past the names of the two
            added += line.startswith("+")
            removed += line.startswith("-")
    return added, removed


def own_lines(folder):
    return sum(len(lines_of(path)) for path in program(folder))


def throughput(root):
    """{step: requests a second with 50 clients, in those of step 02}, all
    from one run of bench/run_bench; {} before the first whole one, since a
    short one decides nothing."""
    path = root / "docs/results/compare.json"
    if not path.exists():
        return {}
    results = json.loads(path.read_text())
    if results["kind"] != "full":
        return {}
    rates = {}
    for cell in results["cells"]:
        rounds = cell["figures"].get("requests_per_second")
        if cell["scenario"] == "clients_50" and rounds:
            rates[cell["contestant"]] = statistics.median(rounds)
    base = next((rate for name, rate in rates.items()
                 if name.startswith("02_")), None)
    return {name: rate / base for name, rate in rates.items()} if base else {}


def table(root):
    """The steps' table for README.md."""
    columns = ["step", "the question", "what it adds", "lines"]
    rates = throughput(root)
    if rates:
        columns.append("requests/s (02 = 1)")
    rows = [columns, ["---"] * len(columns)]
    before = None
    for folder in folders(root):
        chapter = f"docs/{folder.name}.md"
        name = f"`{folder.name}`"
        if (root / chapter).exists():
            name = f"[{name}]({chapter})"
        row = [name, heading(folder, "Question"), heading(folder, "Step"),
               "+{} −{}".format(*change(before, folder)) if before
               else f"+{own_lines(folder)}"]
        if rates:
            rate = rates.get(folder.name)
            row.append(f"{rate:.2f}" if rate else "-")
        rows.append(row)
        before = folder
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
