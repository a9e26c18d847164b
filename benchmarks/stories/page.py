"""Tables for the terminal, and docs/experiments.md from the recorded runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stories import STORIES
from stories.judging import Verdict, conclusion, figure, judge, values
from stories.records import Record, Records
from stories.story import SIZES, Outcome, Setting, Size, Story

COLUMNS = (
    "row",
    "parameters",
    "learning rate",
    "training loss",
    "training → test accuracy, %",
    "processor s",
)
HEAD = """# Experiments behind the lessons

Written by `benchmarks/experiments.py` from docs/experiments/*.json; do not edit by hand.

Each figure is a mean ± standard deviation over seeds; a seed draws the pictures, the starting
weights and the order of the batches anew. Training figures are those of the finished network on
the training pictures as they are; errors are 100 minus accuracies. Seconds are processor time of
one thread, for training alone. A comparison holds when the mean lead is larger than both standard
deviations together. `lesson` is the size that fits into a unit; `full` gives the better figures.
"""


def finished(story: Story, size: Size, records: Records, seeds: int) -> dict[str, list[Record]]:
    """The recorded runs of every row, those of the current settings alone, in order of seeds."""
    found = {}
    for row, setting in story.rows[size].items():
        runs = [records.find(size, row, seed, setting) for seed in range(seeds)]
        found[row] = [run for run in runs if run is not None]
    return {row: runs for row, runs in found.items() if runs}


def extra_columns(runs: Mapping[str, Sequence[Record]]) -> list[str]:
    """What only this story measures, in the order in which its rows name it."""
    return list(dict.fromkeys(n for of_row in runs.values() for n in of_row[0].outcome.extra))


def cells(
    row: str, setting: Setting, runs: Sequence[Record], extras: Sequence[str] = ()
) -> list[str]:
    """One line of a table."""
    outcomes = [run.outcome for run in runs]
    learned, tested = (
        figure(values(outcomes, measure)).show() for measure in ("train_accuracy", "test_accuracy")
    )
    stopped = sum(not outcome.finished for outcome in outcomes)
    note = f" ({stopped} of {len(runs)} stopped early)" if stopped else ""
    return [
        row,
        f"{outcomes[0].parameters:,}",
        f"{setting.lr:g}",
        figure(values(outcomes, "train_loss")).show(".2f") + note,
        f"{learned} → {tested}",
        figure([outcome.seconds for outcome in outcomes]).show(),
        *(_extra(outcomes, name) for name in extras),
    ]


def _extra(outcomes: Sequence[Outcome], name: str) -> str:
    if any(name not in outcome.extra for outcome in outcomes):
        return "–"
    return figure(values(outcomes, name)).show()


def verdicts(story: Story, size: Size, runs: Mapping[str, Sequence[Record]]) -> list[Verdict]:
    """The claims whose two rows have the same seeds, at least two of them, judged."""
    judged = []
    for claim in story.claims_for(size):
        better, worse = runs.get(claim.better, ()), runs.get(claim.worse, ())
        if len(better) > 1 and [run.seed for run in better] == [run.seed for run in worse]:
            pair = ([run.outcome for run in side] for side in (better, worse))
            judged.append(judge(claim, *pair))
    return judged


def recipe(setting: Setting) -> str:
    """What all rows of a size have in common, in words."""
    augmented = "mirrored and shifted by up to 2 pixels" if setting.augment else "not augmented"
    if "regularisers" in setting.options:
        augmented = "augmented as the name of the row says"
    return (
        f"{setting.data} (version {setting.plain()['data_version']}), {setting.images:,} training "
        f"pictures of {setting.side}×{setting.side}, {augmented}, {setting.epochs} epochs in "
        f"batches of {setting.batch_size}, schedule {setting.schedule}; "
        f"{setting.test_images:,} test pictures"
    )


def section(story: Story, size: Size, runs: Mapping[str, Sequence[Record]]) -> str:
    """One size of one experiment as Markdown: recipe, machine, table, judgement."""
    settings = story.rows[size]
    recipes = dict.fromkeys(recipe(settings[row]) for row in runs)
    everything = [run for of_row in runs.values() for run in of_row]
    counts = sorted({len(of_row) for of_row in runs.values()})
    n = " to ".join(str(count) for count in dict.fromkeys((counts[0], counts[-1])))
    seconds = sum(figure([r.outcome.seconds for r in of_row]).mean for of_row in runs.values())
    extras = extra_columns(runs)
    lines = [
        f"### {size.capitalize()} size",
        "",
        *(f"{text}.\n" for text in recipes),
        f"n = {n} {'seeds' if counts[-1] > 1 else 'seed'}; all rows together take {seconds:.0f} s "
        f"of processor time a seed. {machines(everything)}.",
        "",
        f"`python benchmarks/experiments.py {story.name} --seeds {counts[-1]} --size {size} "
        "--save`",
        "",
        "| " + " | ".join([*COLUMNS, *(f"{name}, %" for name in extras)]) + " |",
        "|" + " --- |" * (len(COLUMNS) + len(extras)),
    ]
    for row, of_row in runs.items():
        lines.append("| " + " | ".join(cells(row, settings[row], of_row, extras)) + " |")
    judged = verdicts(story, size, runs)
    if judged:
        lines += ["", f"**{conclusion(judged)}**", ""]
        lines += [f"- {verdict.sentence()}." for verdict in judged]
    return "\n".join(lines) + "\n"


def machines(runs: Sequence[Record]) -> str:
    """Where the runs were made; the load is given as a range."""
    fixed = ("processor", "cores", "python", "torch", "torchvision", "threads")
    places = dict.fromkeys(
        ", ".join(f"{name} {run.machine[name]}" for name in fixed) for run in runs
    )
    days = sorted({run.machine["date"] for run in runs})
    loads = [float(run.machine["load"]) for run in runs]
    when = f"load {min(loads):.1f} to {max(loads):.1f}, {' to '.join({days[0]: 0, days[-1]: 0})}"
    return f"{'; '.join(places)}; {when}"


def page(all_records: Mapping[str, Records]) -> str:
    """The whole of docs/experiments.md, with every seed that was recorded."""
    parts = [HEAD]
    for name, story in STORIES.items():
        records = all_records[name]
        found = {size: finished(story, size, records, records.seeds) for size in SIZES}
        if any(found.values()):
            parts.append(f"## {story.title}\n\n{story.about}\n")
            parts += [section(story, size, runs) for size, runs in found.items() if runs]
    return "\n".join(parts)


def text_table(story: Story, size: Size, runs: Mapping[str, Sequence[Record]]) -> str:
    """The table of a section for a terminal, with the judgement below."""
    extras = extra_columns(runs)
    lines = [[*COLUMNS, *(f"{name}, %" for name in extras)]]
    lines += [cells(row, story.rows[size][row], of_row, extras) for row, of_row in runs.items()]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = [f"{story.title}, {size} size"]
    for line in lines:
        pairs = zip(line, widths, strict=True)
        text.append("  ".join(cell.ljust(width) for cell, width in pairs).rstrip())
    judged = verdicts(story, size, runs)
    if judged:
        text += [conclusion(judged), *(f"  {verdict.sentence()}" for verdict in judged)]
    return "\n".join(text)
