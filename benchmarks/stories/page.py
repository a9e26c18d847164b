"""Tables for the terminal, and docs/experiments.md from the recorded runs."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

from stories import STORIES
from stories.records import Record, Records, complete_seeds
from stories.story import Found, Story, Verdict

HEAD = """# Experiments behind the lessons

Written by `benchmarks/experiments.py` from docs/experiments/*.json; do not edit by hand.

Each lesson shows its experiments with one seed or a few. Here they are repeated with the lesson's
own settings and other seeds. A seed draws the starting weights and the order of the batches anew
(and generated pictures, where a table says so). Tables have means ± standard deviations over the
seeds. Below each table stands what the lesson concludes, word for word, and in how many seeds the
figures agree. A lesson may state what holds in nine of ten.
"""

EXPLODED = 10  # a loss above is not averaged with others: knowing nothing of ten classes has 2.3


def cell(seeds: Sequence[Found], row: str, figure: str) -> str:
    """Mean ± standard deviation over the seeds; runs that exploded are counted."""
    values = [found[row][figure] for found in seeds if figure in found[row]]
    if not values:
        return "–"
    is_loss = "loss" in figure
    numbers = [v for v in values if math.isfinite(v) and not (is_loss and v > EXPLODED)]
    if not numbers:
        return "exploded"
    form = ".2f" if is_loss or figure == "rate" else ".1f"
    text = format(statistics.fmean(numbers), form)
    if len(numbers) > 1:
        text += f" ± {format(statistics.stdev(numbers), form)}"
    lost = len(values) - len(numbers)
    return f"{text} (and exploded in {lost})" if lost else text


def lines(story: Story, seeds: Sequence[Found]) -> list[list[str]]:
    """The table, line by line, its head first."""
    body = [[row, *(cell(seeds, row, figure) for figure in story.columns)] for row in seeds[0]]
    return [["", *story.columns.values()], *body]


def verdicts(story: Story, seeds: Sequence[Found]) -> list[Verdict]:
    return [statement.verdict(seeds) for statement in story.statements]


def sentence(verdict: Verdict) -> str:
    statement, words = verdict.statement, verdict.words()
    words = words if verdict.stands else f"**{words}**"
    return f"- “{statement.text}” ({statement.counted}): {words}."


def summary(told: Sequence[tuple[Story, Records]]) -> str:
    """All experiments in one table, and what doesn't hold."""
    text = ["| experiment | seeds | sentences | of them hold |", "| --- | --- | --- | --- |"]
    for story, records in told:
        seeds = complete_seeds(story, records)
        found = verdicts(story, seeds)
        stand = sum(verdict.stands for verdict in found)
        text.append(f"| {story.title} | {len(seeds)} | {len(found)} | {stand} |")
    return "\n".join(text) + "\n"


def section(story: Story, records: Records) -> str:
    """One experiment as Markdown: what was done, the table, and what holds."""
    seeds = complete_seeds(story, records)
    head, *body = lines(story, seeds)
    text = [
        f"## {story.title}",
        "",
        story.about,
        "",
        f"n = {len(seeds)} {'seeds' if len(seeds) > 1 else 'seed'}. {origin(story, records)}",
        "",
        *(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *body)),
        "",
        *map(sentence, verdicts(story, seeds)),
    ]
    return "\n".join(text) + "\n"


def origin(story: Story, records: Records) -> str:
    """Where and how the runs were made."""
    settings = {run: story.settings(run) for run in story.runs}
    made = [record for record in records.runs if settings.get(record.run) == record.settings]
    command = f"`python benchmarks/experiments.py {story.name} --seeds 10 --save`"
    known = max(map(len, story.known().values()), default=0)
    shown = f"The first {known} are the recording that the lesson shows. " if known else ""
    return f"{shown}{machines(made)}{command}"


def machines(made: Sequence[Record]) -> str:
    if not made:
        return ""
    fixed = ("processor", "torch")
    places = sorted({", ".join(f"{record.machine[name]}" for name in fixed) for record in made})
    days = sorted({record.machine["date"] for record in made})
    when = " to ".join(dict.fromkeys((days[0], days[-1])))
    seconds = sum(record.seconds for record in made) / len({record.seed for record in made})
    places = [place.replace(", ", ", torch ") for place in places]
    return f"{'; '.join(places)}, one thread, {when}, about {seconds:.0f} s of it a seed. "


def page(all_records: Mapping[str, Records]) -> str:
    """The whole of docs/experiments.md, with every seed that was recorded."""
    told = [
        (story, all_records[name])
        for name, story in STORIES.items()
        if complete_seeds(story, all_records[name])
    ]
    return "\n".join([HEAD, summary(told), *(section(*each) for each in told)])


def text_table(story: Story, records: Records) -> str:
    """The table of a section for a terminal, with what holds below."""
    seeds = complete_seeds(story, records)
    if not seeds:
        return f"{story.title}: no seed is complete"
    table = lines(story, seeds)
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    text = [f"{story.title}, {len(seeds)} seeds"]
    for line in table:
        pairs = zip(line, widths, strict=True)
        text.append("  ".join(each.ljust(width) for each, width in pairs).rstrip())
    return "\n".join([*text, *map(sentence, verdicts(story, seeds))])
