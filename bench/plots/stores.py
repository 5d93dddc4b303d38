"""The stores in-process, by threads and write share: stores.svg."""

import json
import re
import statistics

import matplotlib.ticker
import style
import tables

NAME = re.compile(r"Stores/(\w+)/writes:(\d+)/keys:(\w+)/.*threads:(\d+)")


def read(path):
    """{(keys, writes): {store: [(threads, operations/s)]}}."""
    document = json.loads(path.read_text(encoding="utf-8"))
    panels = {}
    for name, rounds in document["operations_per_second"].items():
        store, writes, keys, threads = NAME.match(name).groups()
        panels.setdefault((keys, int(writes)), {}).setdefault(
            store, []).append((int(threads), statistics.median(rounds)))
    return document["context"], panels


def draw(axes, stores, looks):
    for store, points in stores.items():
        threads, rates = zip(*sorted(points))
        axes.plot(threads, rates, linewidth=1.4, markersize=4, **looks[store])
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(sorted({t for points in stores.values()
                            for t, _ in points}))
    axes.xaxis.set_major_formatter(matplotlib.ticker.ScalarFormatter())
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(
        lambda value, _: tables.number(value / 1e6)))


def plot(path, out, label_ends):
    context, panels = read(path)
    rows = sorted({keys for keys, _ in panels})
    columns = sorted({writes for _, writes in panels})
    names = list(dict.fromkeys(s for stores in panels.values()
                               for s in stores))
    looks = {name: {"color": style.STEP_LINES[i % len(style.STEP_LINES)],
                    "marker": style.MARKERS[i % len(style.MARKERS)]}
             for i, name in enumerate(names)}
    figure, axes = style.pyplot.subplots(
        len(rows), len(columns), sharey=True, sharex=True, squeeze=False,
        figsize=(2.6 * len(columns) + 1.5, 2.5 * len(rows) + 0.5))
    for row, keys in enumerate(rows):
        for column, writes in enumerate(columns):
            draw(axes[row][column], panels[keys, writes], looks)
            axes[row][column].set_title(f"{writes} % writes, {keys}")
            if row == len(rows) - 1:
                axes[row][column].set_xlabel("threads")
        axes[row][0].set_ylabel("million operations/s")
    figure.tight_layout()
    figure.canvas.draw()
    for row, keys in enumerate(rows):
        last = panels[keys, columns[-1]]
        label_ends(axes[row][-1], [
            (*max(points), store, looks[store]["color"])
            for store, points in last.items()])
    figure.text(0.01, -0.02, f"{context['processor']}, {context['cores']} "
                f"cores, {context['date'][:10]}, commit {context['commit']}; "
                "in-process, no sockets", fontsize=7, color=style.GREY,
                va="top")
    style.save(figure, out / "stores.svg", "Stores by threads and writes",
               "Operations per second of each store, called by 1 to 8 threads "
               "with 0 to 100 percent writes.")
