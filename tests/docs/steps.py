"""What the documents say about the steps, read from their folders."""

import difflib
import re

# A file of one step and one of the next are the same file, changed, when they
# share at least this part of their lines.
SIMILAR = 0.4


def folders(root):
    return sorted(folder for folder in (root / "steps").iterdir()
                  if re.match(r"\d\d_", folder.name)
                  and (folder / "main.cc").exists())


def sources(folder):
    """A step's own files: labs are not part of it."""
    return sorted(path for path in folder.iterdir()
                  if path.suffix in (".h", ".cc"))


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
    """[(file before or None, file after or None)] between two folders.

    Files of one name belong together, then those that are most alike.
    """
    before, after = sources(old), sources(new)
    paired = [(one, other) for one in before for other in after
              if one.name == other.name]
    scores = sorted(
        ((alike(one, other), one, other)
         for one in before for other in after if one.suffix == other.suffix),
        key=lambda score: (-score[0], score[1], score[2]))
    for score, one, other in scores:
        taken = {path for pair in paired for path in pair}
        if score >= SIMILAR and one not in taken and other not in taken:
            paired.append((one, other))
    taken = {path for pair in paired for path in pair}
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


def folder_diff(old, new):
    """The change from step to step; a file that goes is told in one line."""
    parts = []
    for before, after in pairs(old, new):
        if after is None:
            parts.append(f"--- {old.name}/{before.name}\n+++ /dev/null\n"
                         f"@@ all {len(lines_of(before))} lines go @@")
            continue
        changed = text_diff(
            f"{old.name}/{before.name}" if before else "/dev/null",
            f"{new.name}/{after.name}",
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
    return sum(len(lines_of(path)) for path in sources(folder))


def table(root):
    """The steps' table for README.md."""
    rows = ["| step | the question | what it adds | lines |",
            "| --- | --- | --- | --- |"]
    before = None
    for folder in folders(root):
        if before:
            added, removed = change(before, folder)
            size = f"+{added} −{removed}"
        else:
            size = f"+{own_lines(folder)}"
        chapter = f"docs/{folder.name}.md"
        name = f"`{folder.name}`"
        if (root / chapter).exists():
            name = f"[{name}]({chapter})"
        rows.append(f"| {name} | {heading(folder, 'Question')} | "
                    f"{heading(folder, 'Step')} | {size} |")
        before = folder
    return "\n".join(rows)
