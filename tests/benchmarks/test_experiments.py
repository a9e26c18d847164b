"""The experiments behind the lessons: they run, are not repeated, and are judged rightly."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import experiments
import pytest
import torch
from stories import STORIES, judging, pointing
from stories.page import finished, page, text_table
from stories.records import Record, Records
from stories.story import SIZES, Claim, Outcome, Setting, Story
from stories.training import build, train

from cnnlab.data import Split

TINY = Setting(
    network="linear",
    images=40,
    side=8,
    epochs=1,
    batch_size=20,
    lr=0.001,
    test_images=20,
)
MACHINE = {
    "processor": "a processor",
    "cores": "2",
    "python": "3",
    "torch": "2",
    "torchvision": "0",
    "threads": "1",
    "load": "0.5",
    "date": "2026-01-01",
}


def made(train_loss: float | None = 1.0, test_accuracy: float = 0.5, **other: object) -> Outcome:
    plain = Outcome(100, train_loss, 0.6, test_accuracy, 1.0, "all epochs done", True)
    return dataclasses.replace(plain, **other)


def two_rows(claim: Claim | None = None) -> Story:
    rows = {"first": TINY, "second": dataclasses.replace(TINY, lr=0.01)}
    claims = (claim or Claim("second", "first"),)
    return Story("toy", "A toy", "About it.", {"lesson": rows, "full": rows}, claims, train)


def recorded(story: Story, accuracies: dict[str, list[float]]) -> Records:
    records = Records(None)
    for row, of_row in accuracies.items():
        for seed, accuracy in enumerate(of_row):
            setting = story.rows["lesson"][row].plain()
            outcome = made(test_accuracy=accuracy)
            records.add(Record("lesson", row, seed, setting, MACHINE, outcome))
    return records


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("size", SIZES)
def test_every_size_has_claims_about_rows_that_exist(name: str, size: str) -> None:
    story = STORIES[name]
    everywhere = {row for rows in story.rows.values() for row in rows}
    named = {row for claim in story.claims for row in (claim.better, claim.worse)}
    assert named <= everywhere
    assert story.claims_for(size)


# These have options of their own beside those of the network.
@pytest.mark.parametrize("name", sorted(set(STORIES) - {"regularisers", "transfer", "pointing"}))
def test_networks_fit_their_pictures(name: str) -> None:
    for rows in STORIES[name].rows.values():
        for setting in rows.values():
            model = build(setting.network, setting.options, setting.side)
            pictures = torch.zeros(2, 3, setting.side, setting.side)
            assert model(pictures).shape == (2, 10)


def test_rows_of_a_story_differ_only_in_what_is_compared() -> None:
    for rows in STORIES["degradation"].rows.values():
        kept = {dataclasses.replace(s, network="", options={}).__repr__() for s in rows.values()}
        assert len(kept) == 1


def test_a_run_depends_on_its_seed_alone() -> None:
    first, again, other = (train(TINY, seed) for seed in (3, 3, 4))
    assert first.train_loss == again.train_loss
    assert first.train_loss != other.train_loss
    assert first.parameters == 3 * 8 * 8 * 10 + 10


def test_a_run_that_explodes_is_a_result() -> None:
    wild = dataclasses.replace(TINY, network="mlp", lr=1e6, epochs=3)
    outcome = train(wild, 0)
    assert not outcome.finished
    assert 0 <= outcome.test_accuracy <= 0.4
    json.dumps(dataclasses.asdict(outcome), allow_nan=False)


def test_a_recorded_run_is_found_again_after_reading_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "toy.json"
    setting = dataclasses.replace(TINY, network="vgg", options={"config": [(1, 8), (2, 16)]})
    record = Record("lesson", "first", 0, setting.plain(), MACHINE, made(train_loss=None))
    Records(path).add(record)
    found = Records(path).find("lesson", "first", 0, setting)
    assert found == record


@pytest.mark.parametrize(
    ("size", "row", "seed", "change"),
    [
        ("full", "first", 0, {}),
        ("lesson", "second", 0, {}),
        ("lesson", "first", 1, {}),
        ("lesson", "first", 0, {"lr": 0.5}),
        ("lesson", "first", 0, {"options": {"depth": 8}}),
    ],
)
def test_another_run_is_not_mistaken_for_it(size: str, row: str, seed: int, change: dict) -> None:
    records = recorded(two_rows(), {"first": [0.5]})
    assert records.find("lesson", "first", 0, TINY)
    assert not records.find(size, row, seed, dataclasses.replace(TINY, **change))


def test_a_new_run_takes_the_place_of_one_with_old_settings() -> None:
    records = recorded(two_rows(), {"first": [0.5, 0.6]})
    changed = dataclasses.replace(TINY, epochs=2)
    records.add(Record("lesson", "first", 1, changed.plain(), MACHINE, made()))
    assert len(records.runs) == 2
    assert not records.find("lesson", "first", 1, TINY)


def test_only_missing_runs_are_made() -> None:
    story = two_rows()
    records = recorded(story, {"first": [0.5, 0.5], "second": [0.7]})
    work = experiments.missing(story, "lesson", 3, records)
    assert work == [
        ("toy", "second", "lesson", 1),
        ("toy", "first", "lesson", 2),
        ("toy", "second", "lesson", 2),
    ]


@pytest.mark.parametrize(
    ("better", "worse", "holds"),
    [
        ([0.80, 0.82, 0.84], [0.70, 0.72, 0.74], True),  # 10 points ahead, spread 2 + 2
        ([0.71, 0.73, 0.75], [0.70, 0.72, 0.74], False),  # always ahead, but within the spread
        ([0.60, 0.62, 0.64], [0.70, 0.72, 0.74], False),
    ],
)
def test_a_claim_holds_only_beyond_both_spreads(
    better: list[float], worse: list[float], holds: bool
) -> None:
    sides = [[made(test_accuracy=value) for value in side] for side in (better, worse)]
    verdict = judging.judge(Claim("a", "b"), *sides)
    assert verdict.holds is holds
    assert verdict.lead == pytest.approx(100 * (better[0] - worse[0]))
    assert verdict.spread == pytest.approx(4)
    assert ("does not hold" in verdict.sentence()) is not holds


def test_a_lower_loss_is_better() -> None:
    low, high = ([made(train_loss=loss + d) for d in (0, 0.1)] for loss in (0.5, 1.5))
    assert judging.judge(Claim("a", "b", "train_loss"), low, high).holds
    assert not judging.judge(Claim("a", "b", "train_loss"), high, low).holds


def test_a_method_is_compared_with_a_baseline_of_the_same_row() -> None:
    runs = [made(extra={"map": share, "centre": 0.4}) for share in (0.6, 0.62)]
    verdict = judging.judge(Claim("a", "a", "map", "centre"), runs, runs)
    assert verdict.holds
    assert verdict.lead == pytest.approx(21)
    assert verdict.sentence().startswith("map (a) beats centre (a): holds (leads by 21.0 points")


def test_what_only_one_story_measures_has_columns_of_its_own() -> None:
    story = two_rows()
    records = recorded(story, {"first": [0.5, 0.5], "second": [0.7, 0.7]})
    for seed, share in enumerate((0.6, 0.62)):
        setting = story.rows["lesson"]["second"].plain()
        outcome = made(test_accuracy=0.7, extra={"on the object": share})
        records.add(Record("lesson", "second", seed, setting, MACHINE, outcome))
    text = text_table(story, "lesson", finished(story, "lesson", records, 2))
    assert "on the object, %" in text
    assert "61.0 ± 1.4" in text
    assert "–" in text


def test_a_place_is_a_hit_where_the_mask_is_and_an_empty_map_is_a_miss() -> None:
    masks = torch.zeros(3, 4, 4, dtype=torch.bool)
    masks[0, 1, 2] = masks[1, 0, 0] = True
    split = Split(torch.zeros(3, 3, 4, 4, dtype=torch.uint8), torch.zeros(3).long(), masks)
    places = iter([(1, 2), (3, 3), None])
    found = pointing.hits(torch.nn.Identity(), lambda *_: next(places), split.images, split, masks)
    assert found == pytest.approx(1 / 3)
    assert pointing.top(torch.zeros(2, 2)) is None
    assert pointing.top(torch.tensor([[0.0, 0.1], [0.9, 0.2]])) == (1, 0)


def test_one_seed_proves_nothing_and_nan_is_no_loss() -> None:
    assert not judging.judge(Claim("a", "b"), [made(test_accuracy=0.9)], [made()]).holds
    broken = [made(train_loss=None)] * 2
    verdict = judging.judge(Claim("a", "b", "train_loss"), [made()] * 2, broken)
    assert not verdict.holds
    assert math.isnan(verdict.lead)
    assert "not finite" in verdict.sentence()


def test_the_conclusion_counts_what_failed() -> None:
    good = judging.judge(Claim("a", "b"), [made(test_accuracy=0.9)] * 2, [made()] * 2)
    bad = judging.judge(Claim("b", "a"), [made()] * 2, [made(test_accuracy=0.9)] * 2)
    assert "holds by more than the spread in all 1 " in judging.conclusion([good])
    assert "does NOT hold by more than the spread in 1 of 2" in judging.conclusion([good, bad])


def test_the_table_leaves_out_runs_of_other_settings() -> None:
    story = two_rows()
    records = recorded(story, {"first": [0.5, 0.52], "second": [0.7, 0.72]})
    old = dataclasses.replace(TINY, images=99).plain()
    records.add(Record("lesson", "first", 1, old, MACHINE, made(test_accuracy=0.99)))
    runs = finished(story, "lesson", records, 2)
    assert [len(of_row) for of_row in runs.values()] == [1, 2]
    text = text_table(story, "lesson", runs)
    assert "71.0 ± 1.4" in text
    assert "99" not in text


def test_the_page_shows_every_seed_recorded_and_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    story = two_rows()
    records = recorded(story, {"first": [0.5, 0.52], "second": [0.7, 0.72]})
    monkeypatch.setitem(STORIES, "toy", story)
    everything = {name: Records(None) for name in STORIES} | {"toy": records}
    text = page(everything)
    assert "| first | 100 | 0.001 | 1.00 ± 0.00 | 60.0 ± 0.0 → 51.0 ± 1.4 | 1.0 ± 0.0 |" in text
    assert "n = 2 seeds" in text
    assert "`python benchmarks/experiments.py toy --seeds 2 --size lesson --save`" in text
    assert "The expected order holds by more than the spread in all 1 comparisons." in text
    assert "Full size" not in text  # nothing was run


def test_rows_with_a_single_seed_are_shown_but_not_judged() -> None:
    story = two_rows()
    text = text_table(
        story,
        "lesson",
        finished(story, "lesson", recorded(story, {"first": [0.5], "second": [0.7]}), 3),
    )
    assert "60.0 → 70.0" in text
    assert "expected order" not in text


def test_the_command_saves_and_does_not_repeat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made_so_far: list[int] = []

    def counted(setting: Setting, seed: int) -> Outcome:
        made_so_far.append(seed)
        return train(setting, seed)

    story = dataclasses.replace(two_rows(), train=counted)
    for name in list(STORIES):
        monkeypatch.delitem(STORIES, name)
    monkeypatch.setitem(STORIES, "toy", story)
    monkeypatch.setattr("sys.argv", ["experiments.py", "toy", "--seeds", "2", "--save"])
    experiments.main(docs=tmp_path)
    assert made_so_far == [0, 0, 1, 1]
    experiments.main(docs=tmp_path)
    assert made_so_far == [0, 0, 1, 1]
    assert len(json.loads((tmp_path / "experiments" / "toy.json").read_text())["runs"]) == 4
    monkeypatch.setattr("sys.argv", ["experiments.py", "--page", "--seeds", "3"])
    experiments.main(docs=tmp_path)
    assert len(made_so_far) == 4
    assert "A toy, lesson size" in capsys.readouterr().out
    assert "### Lesson size" in (tmp_path / "experiments.md").read_text()
