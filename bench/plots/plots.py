#!/usr/bin/env python3
"""The plots of docs/benchmarks.md, drawn from a result file.

plots.py [--results FILE] [--stores FILE] [--out FOLDER]

What the file does not hold is not drawn, and said.
"""

import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "report"))

try:
    import style
except ImportError as missing:
    sys.exit(f"plots: {missing} (Debian: apt-get install python3-matplotlib, "
             "and run this with /usr/bin/python3)")

import matplotlib.ticker  # noqa: E402
import results  # noqa: E402
import stores  # noqa: E402
import tables  # noqa: E402

pyplot = style.pyplot

# A contestant of which one thread does all the work is a single-core one.
SINGLE_CORE = 0.95


def single_core(found, name):
    for scenario in ("clients_50", "client_1"):
        cell = found.cell(scenario, name)
        if cell and cell.has("busiest_thread_share"):
            return cell.median("busiest_thread_share") > SINGLE_CORE
    return False


def rows_of(found, scenarios):
    """Contestants from top to bottom: the single-core ones together, so that
    like is compared with like; in each group the steps first."""
    names = [name for name in found.contestants()
             if any(found.cell(s, name) for s in scenarios)]
    return sorted(names, key=lambda name: (
        single_core(found, name), not results.is_step(name)))


def colour(name):
    if results.is_step(name):
        return style.BLUE
    return style.GREY if name == "floor" else style.ORANGE


def say_source(figure, found):
    kind = "" if found.kind == "full" else f" - {found.kind.upper()} RUN"
    context = found.context
    figure.text(0.01, -0.02, f"{context['processor']}, {context['cores']} "
                f"cores, {context['date'][:10]}, commit {context['commit']}"
                f"{kind}", fontsize=7, color=style.GREY, va="top")


def bars(axes, found, scenario, figure_name, names):
    """A bar a contestant, whiskers over the middle half of the rounds. Struck
    out: the load generator was the bottleneck, the server could do more."""
    widest = max((found.cell(scenario, name).median(figure_name)
                  for name in names if found.cell(scenario, name)
                  and found.cell(scenario, name).has(figure_name)), default=1)
    for row, name in enumerate(names):
        cell = found.cell(scenario, name)
        if cell is None or not cell.has(figure_name):
            axes.text(0, row, " not asked", va="center", color=style.GREY,
                      fontsize=7)
            continue
        value = cell.median(figure_name)
        struck = figure_name == "requests_per_second" and \
            cell.generator_bound()
        axes.barh(row, value, height=0.62, edgecolor=colour(name),
                  facecolor="none" if struck else colour(name),
                  hatch="////" if struck else None, linewidth=0.8)
        half = value * cell.spread(figure_name) / 2
        axes.plot([value - half, value + half], [row, row], color=style.INK,
                  linewidth=1.2)
        text = tables.number(value) + (
            " ?" if cell.inconclusive(figure_name) else "")
        axes.text(value + half + widest * 0.02, row, text, va="center",
                  fontsize=8)
        if struck:
            axes.plot([0, value], [row - 0.3, row + 0.3], color=style.INK,
                      linewidth=1)
    axes.set_xlim(0, widest * 1.32)


def bar_panels(found, figure_name, panels, title, label, description, path):
    panels = [(scenario, text) for scenario, text in panels
              if any(c.scenario == scenario for c in found.cells)]
    if not panels:
        print(f"{path.name}: not drawn, the results hold none of it")
        return
    names = rows_of(found, [scenario for scenario, _ in panels])
    figure, all_axes = pyplot.subplots(
        1, len(panels), sharey=True, squeeze=False,
        figsize=(3.3 * len(panels) + 1.2, 0.3 * len(names) + 1.3))
    for axes, (scenario, text) in zip(all_axes[0], panels):
        bars(axes, found, scenario, figure_name, names)
        axes.set_title(text)
        axes.grid(axis="y", visible=False)
        axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(3))
        axes.xaxis.set_major_formatter(
            matplotlib.ticker.FuncFormatter(lambda v, _: tables.number(v)))
        axes.set_xlabel(label)
    first = all_axes[0][0]
    first.set_yticks(range(len(names)), [
        name + (" (1 core)" if single_core(found, name) else "")
        for name in names])
    first.invert_yaxis()
    say_source(figure, found)
    figure.tight_layout()
    style.save(figure, path, title, description)


DEPTHS = [("client_1", "1 client"), ("clients_50", "50 clients"),
          ("clients_50_depth_16", "50 clients, 16 at once")]


def plot_throughput(found, out):
    bar_panels(found, "requests_per_second", DEPTHS,
               "Requests per second by contestant", "requests/s",
               "Bars by contestant for one client, 50 clients, and 50 clients "
               "that send 16 requests at once. Hatched and struck out: the "
               "load generator was the bottleneck.", out / "throughput.svg")


def plot_cpu(found, out):
    bar_panels(found, "cpu_us_per_request", DEPTHS,
               "Server CPU per request by contestant", "server CPU, µs/request",
               "Bars by contestant for one client, 50 clients, and 50 clients "
               "that send 16 requests at once.", out / "cpu.svg")


def plot_memory(found, out):
    scenario = next((s for s in ("clients_5000", "clients_500",
                                 "idle_1000_busy_50") if any(
        c.scenario == s and c.has("memory_bytes_per_connection")
        for c in found.cells)), None)
    if scenario is None:
        print("memory.svg: not drawn, the results hold no memory figures")
        return
    names = [name for name in rows_of(found, [scenario])
             if found.cell(scenario, name).has("memory_bytes_per_connection")]
    figure, axes = pyplot.subplots(figsize=(7, 0.3 * len(names) + 1.2))
    for row, name in enumerate(names):
        cell = found.cell(scenario, name)
        own = cell.median("memory_bytes_per_connection") / 1024
        kernel = cell.median("kernel_bytes_per_connection") / 1024
        axes.barh(row, own, height=0.62, color=colour(name))
        axes.barh(row, kernel, left=own, height=0.62, facecolor=colour(name),
                  alpha=0.4)
        axes.text(own + kernel + 0.3, row, f"{own + kernel:.1f}", fontsize=8,
                  va="center")
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.1)
    axes.set_title(f"Memory of one more connection ({scenario})")
    axes.set_xlabel("KiB: dark, the process's own; light, a thread's "
                    "kernel stack and page tables")
    say_source(figure, found)
    style.save(figure, out / "memory.svg", "Memory per connection",
               "Bars by contestant: resident bytes of the process, and the "
               "kernel's for a thread.")


def line_look(found, names):
    """Steps in colours and full lines, peers in grey and dashed."""
    looks = {}
    steps = [name for name in names if results.is_step(name)]
    for i, name in enumerate(steps):
        looks[name] = {"color": style.STEP_LINES[i % len(style.STEP_LINES)],
                       "marker": style.MARKERS[i % len(style.MARKERS)]}
    others = [name for name in names if not results.is_step(name)]
    for i, name in enumerate(others):
        looks[name] = {"color": style.GREY, "linestyle": (0, (4, 1 + i)),
                       "marker": style.MARKERS[-1 - i]}
    return looks


def label_ends(axes, ends):
    """Names at the lines' right ends, moved apart where they would touch.
    ends: (x, y, text, colour), on a logarithmic y axis."""
    if not ends:
        return
    transform = axes.transData
    heights = [transform.transform((x, y))[1] for x, y, _, _ in ends]
    rightmost = max(transform.transform((x, y))[0] for x, y, _, _ in ends)
    figure = axes.get_figure()
    gap = 9.5 * figure.dpi / 72
    for (_, _, text, ink), height in zip(ends,
                                         style.spread_out(heights, gap)):
        x, y = transform.inverted().transform((rightmost, height))
        axes.annotate(text, (x, y), xytext=(7, 0), va="center", fontsize=8,
                      textcoords="offset points", color=ink,
                      annotation_clip=False)


def lines(axes, series, looks):
    """series: name -> [(x, y, struck)]."""
    ends = []
    for name, points in series.items():
        points = [point for point in points if point[1] > 0]
        if not points:
            continue
        xs, ys, _ = zip(*points)
        axes.plot(xs, ys, linewidth=1.4, markersize=4, **looks[name])
        ends.append((xs[-1], ys[-1], name, looks[name]["color"]))
        for x, y, struck in points:
            if struck:
                axes.plot(x, y, marker="x", markersize=11, color=style.INK,
                          markeredgewidth=1)
    return ends


def plot_latency(found, out):
    loads = found.loads("open_loop")
    if not loads:
        print("latency.svg: not drawn, the results hold no open loop")
        return
    names = [name for name in found.contestants()
             if found.cell("open_loop", name, loads[0])]
    looks = line_look(found, names)
    figure, all_axes = pyplot.subplots(1, 3, figsize=(13, 4.2), sharey=True)
    panels = zip(all_axes, (("p50_us", "half are faster than (p50)"),
                            ("p99_us", "99 % are faster than (p99)"),
                            ("p999_us", "99.9 % are faster than")))
    for axes, (figure_name, title) in panels:
        series = {name: [
            (load, cell.median(figure_name), cell.generator_bound())
            for load in loads
            if (cell := found.cell("open_loop", name, load))
            and cell.has(figure_name)] for name in names}
        axes.set_yscale("log")
        ends = lines(axes, series, looks)
        axes.set_title(title)
        axes.set_xlabel("% of the contestant's own capacity")
        axes.set_xticks(loads)
        axes.grid(axis="x", visible=False)
        axes.yaxis.set_major_formatter(
            matplotlib.ticker.FuncFormatter(lambda v, _: tables.number(v)))
        axes.ends = ends
    all_axes[0].set_ylabel("µs from the time due")
    figure.tight_layout(w_pad=11)
    figure.canvas.draw()
    for axes in all_axes:
        label_ends(axes, axes.ends)
    say_source(figure, found)
    style.save(figure, out / "latency.svg", "Latency by load",
               "Percentiles of latency in an open loop at 25, 50, 75 and 90 "
               "percent of each contestant's own capacity.")


CROWDS = [("client_1", 1), ("clients_50", 50), ("clients_500", 500),
          ("clients_5000", 5000)]


def plot_crowds(found, out):
    names = [name for name in found.contestants() if all(
        found.cell(scenario, name) for scenario, _ in CROWDS)]
    if not names:
        print("crowds.svg: not drawn, the results hold no crowds")
        return
    looks = line_look(found, names)
    figure, all_axes = pyplot.subplots(1, 2, figsize=(11, 4.2))
    for axes, figure_name, label in (
            (all_axes[0], "requests_per_second", "requests/s"),
            (all_axes[1], "cpu_us_per_request", "server CPU, µs/request")):
        series = {name: [
            (clients, cell.median(figure_name),
             figure_name == "requests_per_second" and cell.generator_bound())
            for scenario, clients in CROWDS
            if (cell := found.cell(scenario, name)) and cell.has(figure_name)
        ] for name in names}
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.ends = lines(axes, series, looks)
        axes.set_title(label)
        axes.set_xlabel("clients")
        axes.set_xticks([n for _, n in CROWDS], [f"{n:,}" for _, n in CROWDS])
        axes.minorticks_off()
        axes.yaxis.set_major_locator(
            matplotlib.ticker.LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(
            matplotlib.ticker.FuncFormatter(lambda v, _: tables.number(v)))
    figure.tight_layout(w_pad=11)
    figure.canvas.draw()
    for axes in all_axes:
        label_ends(axes, axes.ends)
    say_source(figure, found)
    style.save(figure, out / "crowds.svg", "Threads against loops",
               "Throughput and CPU per request for 1 to 5000 clients.")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    folder = ROOT / "docs" / "results"
    parser.add_argument("--results", type=pathlib.Path,
                        default=folder / "compare.json")
    parser.add_argument("--stores", type=pathlib.Path,
                        default=folder / "stores.json")
    parser.add_argument("--out", type=pathlib.Path,
                        default=ROOT / "docs" / "plots")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.results.exists():
        found = results.Results.read(options.results)
        for plot in (plot_throughput, plot_cpu, plot_latency, plot_memory,
                     plot_crowds):
            plot(found, options.out)
    else:
        print(f"plots: no results in {options.results} (./run bench)")
    if options.stores.exists():
        stores.plot(options.stores, options.out, label_ends)
    else:
        print(f"stores.svg: not drawn, there is no {options.stores}")


if __name__ == "__main__":
    main(sys.argv[1:])
