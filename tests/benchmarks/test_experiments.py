"""The experiments behind the lessons: they run, are not repeated, and are judged rightly."""

from __future__ import annotations

import dataclasses
import json
import math
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import experiments
import pytest
import torch
from stories import STORIES, degradation, pointing, small_filters
from stories.page import page, section, text_table
from stories.records import Record, Records, complete_seeds
from stories.story import Found, Statement, Story, mean_of

from cnnlab import models
from cnnlab.data import Split

ROOT = Path(__file__).resolve().parents[2]
MACHINE = {"processor": "a processor", "torch": "2", "date": "2026-01-01"}


def first(seed: int, add: float) -> Found:
    return {"first": {"test": seed + add}}


def second(seed: int, add: float) -> Found:
    return {"second": {"test": seed + add, "train_loss": math.inf}}


def toy(**changes: object) -> Story:
    higher = Statement(
        "The second is higher.",
        "by any amount",
        lambda found: found["second"]["test"] > found["first"]["test"],
    )
    story = Story(
        name="toy",
        unit="01_convolutions",
        title="A toy",
        about="About it.",
        columns={"test": "test, %", "train_loss": "training loss"},
        runs={"one": partial(first, add=10), "two": partial(second, add=12)},
        statements=(higher,),
    )
    return dataclasses.replace(story, **changes)


def recorded(story: Story, seeds: int = 3) -> Records:
    records = Records(None)
    for run in story.runs:
        for seed in range(seeds):
            settings = story.settings(run)
            rows = story.runs[run](seed)
            records.add(Record(run, seed, settings, MACHINE, 1.0, rows))
    return records


def lesson(unit: str) -> str:
    """A lesson in one line, without the marks of comments."""
    text = (ROOT / "course" / "units" / unit / "lesson.py").read_text(encoding="utf-8")
    words = [line.removeprefix("#").strip() for line in text.splitlines()]
    return " ".join(" ".join(words).replace('" "', "").split())


@pytest.mark.parametrize("name", STORIES)
def test_the_lesson_says_what_is_judged(name: str) -> None:
    """The record is of this edition: statements are the lesson's words, settings its code."""
    story = STORIES[name]
    text = lesson(story.unit)
    said = [*story.same, *(statement.text for statement in story.statements)]
    missing = [words for words in said if " ".join(words.split()) not in text]
    assert not missing, f"the lesson has other words now: change benchmarks/stories/ ({name})"


@pytest.mark.parametrize("name", STORIES)
def test_settings_are_plain_and_statements_have_words(name: str) -> None:
    story = STORIES[name]
    for run in story.runs:
        assert json.loads(json.dumps(story.settings(run))) == story.settings(run)
    assert story.statements


@pytest.mark.parametrize("name", STORIES)
def test_what_was_recorded_can_be_judged(name: str) -> None:
    """Each statement asks for rows and figures that the runs have."""
    story = STORIES[name]
    seeds = complete_seeds(story, Records(ROOT / "docs" / "experiments" / f"{name}.json"))
    assert seeds, "no seed is complete"
    assert {figure for row in seeds[0].values() for figure in row} == set(story.columns)
    for statement in story.statements:
        assert 0 <= statement.verdict(seeds).held <= len(seeds)


def test_a_recorded_run_is_found_again_after_reading_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "toy.json"
    settings = toy().settings("two")
    record = Record("two", 0, settings, MACHINE, 1.0, second(0, 12))
    Records(path).add(record)
    assert Records(path).find("two", 0, settings) == record
    assert "Infinity" not in path.read_text()


@pytest.mark.parametrize(
    ("run", "seed", "change"), [("two", 0, {}), ("one", 1, {}), ("one", 0, {"add": 5})]
)
def test_another_run_is_not_mistaken_for_it(run: str, seed: int, change: dict) -> None:
    story = toy()
    records = Records(None)
    records.add(Record("one", 0, story.settings("one"), MACHINE, 1.0, first(0, 10)))
    assert records.find("one", 0, story.settings("one"))
    assert not records.find(run, seed, {**story.settings("one"), **change})


def test_the_version_of_generated_pictures_belongs_to_the_settings() -> None:
    story = toy(data=("shapes10",))
    assert story.settings("one") == {"run": "first", "add": 10, "data": {"shapes10": "1"}}


def test_a_new_run_takes_the_place_of_one_with_old_settings() -> None:
    records = recorded(toy(), seeds=2)
    changed = toy(runs={"one": partial(first, add=1), "two": partial(second, add=12)})
    assert not complete_seeds(changed, records)
    records.add(Record("one", 1, changed.settings("one"), MACHINE, 1.0, first(1, 1)))
    assert len(records.runs) == 4
    assert len(complete_seeds(changed, records)) == 1


def test_only_missing_runs_are_made() -> None:
    story = toy(known=lambda: {"one": [first(0, 10), first(1, 10)]})
    records = Records(None)
    records.add(Record("two", 0, story.settings("two"), MACHINE, 1.0, second(0, 12)))
    work = experiments.missing(story, 3, records)
    assert work == [("toy", "two", 1), ("toy", "one", 2), ("toy", "two", 2)]
    assert len(complete_seeds(story, records)) == 1


def test_a_statement_is_asked_of_each_seed() -> None:
    statement = toy().statements[0]
    seeds = [{"first": {"test": 1.0}, "second": {"test": value}} for value in (2.0, 0.0)]
    verdict = statement.verdict(seeds)
    assert verdict.words() == "holds in 1 of 2 seeds"
    assert not verdict.stands
    assert statement.verdict(seeds[:1] * 9 + seeds[1:]).stands


def test_or_of_the_means_if_the_lesson_speaks_of_means() -> None:
    seeds = [{"first": {"test": 1.0}, "second": {"test": value}} for value in (5.0, 0.0)]
    assert mean_of(seeds) == {"first": {"test": 1.0}, "second": {"test": 2.5}}
    statement = dataclasses.replace(toy().statements[0], on_average=True)
    assert statement.verdict(seeds).words() == "holds on average over 2 seeds"
    assert not statement.verdict(seeds[1:]).stands


def test_the_page_has_means_counts_and_the_command() -> None:
    story = toy()
    text = section(story, recorded(story))
    assert "| first | 11.0 ± 1.0 | – |" in text
    assert "| second | 13.0 ± 1.0 | exploded |" in text
    assert "n = 3 seeds" in text
    assert "`python benchmarks/experiments.py toy --seeds 10 --save`" in text
    assert "- “The second is higher.” (by any amount): holds in 3 of 3 seeds." in text


def test_what_does_not_hold_stands_out() -> None:
    story = toy(runs={"one": partial(first, add=12), "two": partial(second, add=10)})
    assert "**holds in 0 of 3 seeds**" in section(story, recorded(story))


def test_a_story_without_a_complete_seed_is_left_out() -> None:
    nothing = {name: Records(None) for name in STORIES}
    told = page(nothing)
    known = [name for name, story in STORIES.items() if complete_seeds(story, Records(None))]
    assert told.count("\n## ") == len(known)
    assert "no seed is complete" in text_table(toy(), Records(None))


def test_the_command_saves_and_does_not_repeat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made_so_far: list[int] = []

    def counted(seed: int, add: float) -> Found:
        made_so_far.append(seed)
        return first(seed, add)

    story = toy(runs={"one": partial(counted, add=10), "two": partial(second, add=12)})
    for name in list(STORIES):
        monkeypatch.delitem(STORIES, name)
    monkeypatch.setitem(STORIES, "toy", story)
    monkeypatch.setattr("sys.argv", ["experiments.py", "toy", "--seeds", "2", "--save"])
    experiments.main(docs=tmp_path)
    experiments.main(docs=tmp_path)
    assert made_so_far == [0, 1]
    assert len(json.loads((tmp_path / "experiments" / "toy.json").read_text())["runs"]) == 4
    monkeypatch.setattr("sys.argv", ["experiments.py", "--page"])
    experiments.main(docs=tmp_path)
    assert "A toy, 2 seeds" in capsys.readouterr().out
    assert "## A toy" in (tmp_path / "experiments.md").read_text()


def test_a_place_is_a_hit_where_the_mask_is_and_an_empty_map_is_a_miss() -> None:
    masks = torch.zeros(3, 4, 4, dtype=torch.bool)
    masks[0, 1, 2] = masks[1, 0, 0] = True
    split = Split(torch.zeros(3, 3, 4, 4, dtype=torch.uint8), torch.zeros(3).long(), masks)
    places = iter([(1, 2), (3, 3), None])
    like = SimpleNamespace(mean=(0.5,) * 3, std=(0.5,) * 3)
    found = pointing.score(torch.nn.Identity(), lambda *_: next(places), split, masks, like)
    assert found == pytest.approx(100 / 3)


def test_networks_are_compared_image_by_image() -> None:
    one = torch.tensor([True] * 60 + [False] * 40)
    other = torch.tensor([False] * 10 + [True] * 50 + [True] * 2 + [False] * 38)
    found = small_filters.paired(one, other)
    assert found == {"lead": 8.0, "chance": pytest.approx(2 * math.sqrt(12))}


def test_only_blocks_that_keep_the_shape_are_removed() -> None:
    model = models.small_resnet(26, width=8, in_channels=1)
    names = list(degradation.removable(model))
    assert len(names) == 10  # twelve blocks, and two of them change the shape
    smaller = degradation.without(model.eval(), names[0])
    x = torch.rand(2, 1, 14, 14)
    assert smaller(x).shape == model(x).shape
    assert not torch.equal(smaller(x), model(x))
