"""Flame graphs (Brendan Gregg's) from the output of `perf script`: a box is a
function, as wide as the share of samples in which it was on the stack."""

import collections
import html
import re

WIDTH, ROW = 1100, 17
NARROWEST = 0.6  # pixels; narrower boxes are left out
# Warm colours with dark text, readable on light and dark pages.
KERNEL, OURS, OTHERS = "#f0a86e", "#8ec5e8", "#d9d2c5"


def without_templates(symbol):
    """`std::map<int, long>::find` -> `std::map::find`."""
    if symbol.startswith("operator") or "operator<" in symbol:
        return symbol
    kept, depth = [], 0
    for letter in symbol:
        depth += letter == "<"
        if depth == 0:
            kept.append(letter)
        depth -= letter == ">"
    return "".join(kept) or symbol


FRAME = re.compile(r"^\s+[0-9a-f]+ (.*) \((.*)\)$")


def stacks(script):
    """Counts of stacks, each from the outermost frame to the innermost."""
    counted = collections.Counter()
    for sample in script.split("\n\n"):
        frames = []
        for line in sample.splitlines()[1:]:
            match = FRAME.match(line)
            if not match:
                continue
            symbol = re.sub(r"\+0x[0-9a-f]+$", "", match.group(1))
            if symbol == "[unknown]":
                continue
            frames.append((without_templates(symbol), match.group(2)))
        if frames:
            counted[tuple(reversed(frames))] += 1
    return counted


def hottest(counted, most=15):
    """(share, symbol) of the innermost frames."""
    total = sum(counted.values())
    alone = collections.Counter()
    for stack, count in counted.items():
        alone[stack[-1][0]] += count
    return [(count / total, symbol)
            for symbol, count in alone.most_common(most)]


class Box:
    def __init__(self, name="all", module=""):
        self.name, self.module = name, module
        self.count = 0
        self.children = {}

    def add(self, stack, count):
        self.count += count
        if stack:
            child = self.children.setdefault(stack[0], Box(*stack[0]))
            child.add(stack[1:], count)

    def depth(self):
        return 1 + max((c.depth() for c in self.children.values()), default=0)


def colour(box, ours):
    if "kernel" in box.module:
        return KERNEL
    return OURS if ours in box.module else OTHERS


def draw(counted, title, ours):
    """An SVG; `ours` is part of the path of the program looked at."""
    root = Box()
    for stack, count in counted.items():
        root.add(stack, count)
    height = (root.depth() + 2) * ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} '
        f'{height}" font-family="monospace" font-size="11">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="4" y="13" fill="#1f2328">{html.escape(title)}</text>']

    def place(box, x, level):
        width = WIDTH * box.count / root.count
        if width < NARROWEST:
            return
        y = height - (level + 1) * ROW
        share = f"{100 * box.count / root.count:.1f} %"
        shown = box.name if len(box.name) * 6.7 < width else (
            box.name[:max(int(width / 6.7) - 2, 0)] + ".." if width > 35
            else "")
        parts.append(
            f'<g><title>{html.escape(box.name)}: {share}</title>'
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" '
            f'height="{ROW - 1}" fill="{colour(box, ours)}"/>'
            f'<text x="{x + 3:.1f}" y="{y + 12}" fill="#1f2328">'
            f"{html.escape(shown)}</text></g>")
        for child in sorted(box.children.values(), key=lambda c: c.name):
            place(child, x, level + 1)
            x += WIDTH * child.count / root.count

    place(root, 0, 0)
    return "\n".join(parts) + "\n</svg>\n"
