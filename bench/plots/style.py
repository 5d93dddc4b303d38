"""How our plots look: on light and on dark pages, to all eyes.

Colours are Okabe and Ito's, told apart by people who see fewer of them; each
has a twin for dark pages, put in its place by a style sheet in the SVG. No
plot needs colour to be read: everything is labelled where it stands.
"""

import io
import re

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as pyplot  # noqa: E402

INK = "#1f2328"
FAINT = "#8c959f"
GRID = "#d0d7de"
PAPER = "#ffffff"
BLUE = "#0072b2"
ORANGE = "#b25f00"
GREEN = "#00795a"
PURPLE = "#a3477d"
GREY = "#6e7781"

ON_DARK = {
    INK: "#e6edf3", FAINT: "#8b949e", GRID: "#30363d", PAPER: "#0d1117",
    BLUE: "#56b4e9", ORANGE: "#f0a030", GREEN: "#2fc79a", PURPLE: "#e08bbb",
    GREY: "#9aa4ae",
}

STEP_LINES = [BLUE, ORANGE, GREEN, PURPLE, INK]
MARKERS = "osD^vPX*"

pyplot.rcParams.update({
    "svg.fonttype": "none",  # text stays text: sharp, and found by search
    "svg.hashsalt": "stepkv",  # the same data give the same file
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": FAINT,
    "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.6,
    "axes.axisbelow": True, "axes.titlesize": 10, "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "figure.facecolor": PAPER, "axes.facecolor": "none",
    "hatch.linewidth": 0.8,
})


def _sheet():
    rules = []
    for light, dark in ON_DARK.items():
        for what in ("fill", "stroke"):
            rules.append(f'[style*="{what}: {light}"] '
                         f"{{ {what}: {dark} !important }}")
    return ("<style>@media (prefers-color-scheme: dark) {\n"
            + "\n".join(rules) + "\n}</style>\n")


def save(figure, path, title, description):
    """Writes an SVG with a title for those who hear it instead."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight", pad_inches=0.15,
                   metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg"):].replace(
        "'DejaVu Sans'", "system-ui, 'DejaVu Sans', sans-serif")
    head = (f"<title>{title}</title>\n<desc>{description}</desc>\n" + _sheet())
    svg = re.sub(r"(<svg[^>]*>)\n", lambda m: m.group(1) + "\n" + head, svg,
                 count=1)
    path.write_text(svg, encoding="utf-8")
    print(f"Written: {path}")


def spread_out(positions, gap):
    """Moves label positions apart by at least `gap`, in their order."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    moved = list(positions)
    for below, above in zip(order, order[1:]):
        moved[above] = max(moved[above], moved[below] + gap)
    # Half of what they were pushed up is given back, so that none wanders.
    shift = sum(m - p for m, p in zip(moved, positions)) / max(len(moved), 1)
    return [position - shift for position in moved]
