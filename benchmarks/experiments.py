"""Repeat the experiments of the lessons with other seeds, and say how often their words hold.

    nice python benchmarks/experiments.py all --seeds 10 --save

With `--save`, every finished run goes into docs/experiments/NAME.json at once and is not repeated
next time, unless its settings or the version of its data have changed; docs/experiments.md is
rendered from these files.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
from measuring import machine
from stories import STORIES
from stories.page import page, text_table
from stories.records import Record, Records, is_known
from stories.story import Story
from tqdm import tqdm

DOCS = Path(__file__).resolve().parent.parent / "docs"
Work = tuple[str, str, int]  # experiment, run, seed


def missing(story: Story, seeds: int, records: Records) -> list[Work]:
    """The runs still to be made."""
    return [
        (story.name, run, seed)
        for seed in range(seeds)
        for run in story.runs
        if not is_known(story, run, seed) and records.find(run, seed, story.settings(run)) is None
    ]


def perform(story: Story, run: str, seed: int) -> Record:
    """Make one run, in a single thread."""
    torch.set_num_threads(1)
    settings, started = story.settings(run), time.process_time()
    rows = story.runs[run](seed)
    seconds = round(time.process_time() - started, 1)
    return Record(run, seed, settings, machine(), seconds, rows)


def main(docs: Path = DOCS) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("experiment", nargs="?", default="all", choices=[*STORIES, "all"])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--save", action="store_true", help="keep the runs, and write the page")
    parser.add_argument("--page", action="store_true", help="run nothing, only write the page")
    options = parser.parse_args()
    if options.page:
        write_page(docs)
        return
    names = list(STORIES) if options.experiment == "all" else [options.experiment]
    folder = docs / "experiments"
    records = {name: Records(folder / f"{name}.json" if options.save else None) for name in names}
    work = [each for name in names for each in missing(STORIES[name], options.seeds, records[name])]
    work.sort(key=lambda each: each[2])  # seed by seed, so that every experiment is soon complete
    for name, run, seed in tqdm(work, disable=None):
        records[name].add(perform(STORIES[name], run, seed))
    for name in names:
        print(text_table(STORIES[name], records[name]), end="\n\n")
    if options.save:
        write_page(docs)


def write_page(docs: Path) -> None:
    """Render docs/experiments.md from the files, as another process may have added to them."""
    everything = {name: Records(docs / "experiments" / f"{name}.json") for name in STORIES}
    path = docs / "experiments.md"
    path.write_text(page(everything), encoding="utf-8")
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
