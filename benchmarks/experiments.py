"""The experiments behind the lessons: run what is missing, print the tables, judge the order.

    nice python benchmarks/experiments.py all --seeds 3 --size lesson --save

With `--save`, every finished run goes into docs/experiments/NAME.json at once and is not repeated
next time, unless its settings or the version of its data have changed; docs/experiments.md is
rendered from these files.
"""

from __future__ import annotations

import argparse
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import torch
from measuring import machine
from stories import STORIES
from stories.page import finished, page, text_table
from stories.records import Record, Records
from stories.story import SIZES, Setting, Size, Story
from tqdm import tqdm

DOCS = Path(__file__).resolve().parent.parent / "docs"
Work = tuple[str, str, Size, int]  # experiment, row, size, seed


def missing(story: Story, size: Size, seeds: int, records: Records) -> list[Work]:
    """The runs still to be made, seed by seed, so that every row gets its first result early."""
    return [
        (story.name, row, size, seed)
        for seed in range(seeds)
        for row, setting in story.rows[size].items()
        if records.find(size, row, seed, setting) is None
    ]


def perform(work: Work) -> Record:
    """Make one run, in a single thread."""
    name, row, size, seed = work
    torch.set_num_threads(1)
    story = STORIES[name]
    setting: Setting = story.rows[size][row]
    outcome = story.train(setting, seed)
    return Record(size, row, seed, setting.plain(), machine(), outcome)


def performed(work: list[Work], jobs: int) -> Iterator[tuple[Work, Record]]:
    """Make all runs, `jobs` at a time, each result as soon as it is there."""
    if jobs == 1:
        for item in work:
            yield item, perform(item)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=spawn) as pool:
        futures = {pool.submit(perform, item): item for item in work}
        for future in as_completed(futures):
            yield futures[future], future.result()


def main(docs: Path = DOCS) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("experiment", nargs="?", default="all", choices=[*STORIES, "all"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--size", choices=SIZES, default="lesson")
    parser.add_argument("--jobs", "-j", type=int, default=1, help="runs at the same time")
    parser.add_argument("--save", action="store_true", help="keep the runs, and write the page")
    parser.add_argument("--page", action="store_true", help="run nothing, only write the page")
    options = parser.parse_args()
    if options.page:
        write_page(docs)
        return
    names = list(STORIES) if options.experiment == "all" else [options.experiment]
    folder = docs / "experiments"
    records = {name: Records(folder / f"{name}.json" if options.save else None) for name in names}
    work = [
        item
        for name in names
        for item in missing(STORIES[name], options.size, options.seeds, records[name])
    ]
    for (name, *_), record in tqdm(performed(work, options.jobs), total=len(work), disable=None):
        records[name].add(record)
    for name in names:
        runs = finished(STORIES[name], options.size, records[name], options.seeds)
        print(text_table(STORIES[name], options.size, runs), end="\n\n")
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
