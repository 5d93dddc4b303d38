"""A result file of bench/run_bench: reading, writing, and what may be
concluded from it.

Every figure is kept as it was measured, one number a round; medians and
spreads are computed when they are shown. One cell a line, so that git shows
which ones changed.
"""

import json
import statistics

# The middle half of the rounds may differ by so much of the median; beyond
# that a cell decides nothing.
WIDE_SPREAD = 0.15
# Cores that others used while we measured; beyond that, so does the cell.
BUSY_OTHERS = 0.3


def significant(value, digits=4):
    return float(f"{value:.{digits}g}")


class Cell:
    """One contestant in one scenario: figures by name, a list of rounds."""

    def __init__(self, record):
        self.record = record
        self.scenario = record["scenario"]
        self.contestant = record["contestant"]
        self.load = record.get("load")  # percent of capacity, or None
        self.figures = record["figures"]

    def has(self, figure):
        return bool(self.figures.get(figure))

    def median(self, figure):
        return statistics.median(self.figures[figure])

    def spread(self, figure):
        """Of the middle half of the rounds, as a share of the median."""
        rounds = self.figures[figure]
        middle = statistics.median(rounds)
        if len(rounds) < 2 or middle == 0:
            return 0.0
        low, _, high = statistics.quantiles(rounds, n=4, method="inclusive")
        return (high - low) / middle

    def generator_bound(self):
        """The generator had no time left while the server had some."""
        return self.has("generator_bound") and self.median(
            "generator_bound") > 0.5

    def inconclusive(self, figure):
        return self.spread(figure) > WIDE_SPREAD

    def disturbed(self):
        return self.has("other_cores") and self.median(
            "other_cores") > BUSY_OTHERS


class Results:
    """kind: "full", "short", "quick" or "partial"; context: what ran where."""

    def __init__(self, document):
        self.document = document
        self.kind = document["kind"]
        self.context = document["context"]
        self.scenarios = document["scenarios"]
        self.instructions = document.get("instructions", {})
        self.cells = [Cell(record) for record in document["cells"]]

    @classmethod
    def read(cls, path):
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))

    def contestants(self):
        """In the order in which the benchmark knows them."""
        seen = {cell.contestant: None for cell in self.cells}
        known = self.context.get("contestants", [])
        return [name for name in known if name in seen] + [
            name for name in seen if name not in known]

    def cell(self, scenario, contestant, load=None):
        for cell in self.cells:
            if (cell.scenario, cell.contestant, cell.load) == (
                    scenario, contestant, load):
                return cell
        return None

    def loads(self, scenario):
        return sorted({cell.load for cell in self.cells
                       if cell.scenario == scenario and cell.load})


def is_step(name):
    return name[:2].isdigit()


def write_stores(path, context, rates):
    """Operations per second of each store, one benchmark a line."""
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(rounds)}"
                       for name, rounds in rates.items())
    with open(path, "w", encoding="utf-8") as file:
        file.write('{\n  "context": ' + json.dumps(context)
                   + ',\n  "operations_per_second": {\n' + lines
                   + "\n  }\n}\n")


def write(path, document):
    """As JSON, with one cell a line."""
    cells = document["cells"]
    head = dict(document, cells=["@cells@"])
    lines = ",\n".join("    " + json.dumps(cell) for cell in cells)
    text = json.dumps(head, indent=2, ensure_ascii=False)
    text = text.replace('[\n    "@cells@"\n  ]', f"[\n{lines}\n  ]")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n")
