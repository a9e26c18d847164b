"""Predict, then verify: guesses are judged kindly and kept; the truth is always told."""

import subprocess
import sys

import pytest
import torch

from cnnlab import predict, progress


@pytest.fixture(autouse=True)
def fresh_start(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(predict, "_committed", {})


@pytest.fixture
def told(capsys):
    """What a reveal prints after a guess."""

    def ask(guess, truth, **options):
        predict.record("q", guess)
        predict.reveal("q", truth, **options)
        return capsys.readouterr().out

    return ask


def test_without_a_prediction_the_truth_and_its_reason_are_told(capsys):
    predict.commit("q", ...)
    assert "No prediction yet" in capsys.readouterr().out
    predict.reveal("q", truth=4, because="Sizes round down.")
    shown = capsys.readouterr().out
    assert shown == "○ You made no prediction; it is 4.\n    Sizes round down.\n"


def test_a_wrong_prediction_is_answered_with_the_thought_behind_it(told):
    shown = told(5, 4, reasons={5: "You rounded up."}, because="Sizes round down.")
    assert shown == ("✗ You predicted 5; it is 4.\n    You rounded up.\n    Sizes round down.\n")


@pytest.mark.parametrize(
    ("guess", "truth", "tolerance", "right"),
    [
        (4, 4, 0, True),
        ((4, 4), [4, 4], 0, True),
        ([4, 4], torch.Size([4, 4]), 0, True),
        ("(4, 5)", (4, 4), 0, False),
        ("Lower ", "lower", 0, True),
        (0.9, 0.95, 0.1, True),
        (0.5, 0.95, 0.1, False),
        (90, 45, 0.5, False),
        (67, 45, 0.5, True),
        ("-15", -17, 0.15, True),
        (True, 1, 0, False),
        ("no", False, 0, True),
        ("4", 4, 0, True),
        (4, "4", 0, False),
        (torch.tensor(0.25), 0.25, 0, True),
        ("lots", 4, 0.5, False),
        ("x", ("x", "y"), 0, False),
        (("x", "y"), ("x", "y"), 0, True),
    ],
)
def test_what_counts_as_right(told, guess, truth, tolerance, right):
    assert ("✓" in told(guess, truth, tolerance=tolerance)) is right


def test_a_tolerance_that_was_needed_is_named(told):
    assert told("150", 154, tolerance=0.1) == (
        "✓ You predicted 150; it is 154. Right: within 10 %.\n"
    )
    assert told("154", 154, tolerance=0.1) == "✓ You predicted 154, and it is 154.\n"
    assert "within 0.5 %" in told("93.9", 93.75, tolerance=0.005)


def test_what_is_no_number_is_said_to_be_none(told):
    assert told("lots", 4) == "✗ Your prediction, lots, can't be read as a number; it is 4.\n"


@pytest.mark.parametrize("guess", ["154", "154 million", "~150", "1.5e8", "154,140,672", 154])
@pytest.mark.parametrize("truth", [154_140_672, 154])
def test_a_question_for_millions_takes_both_ways_of_writing_them(told, guess, truth):
    assert "✓" in told(guess, truth, unit="million", tolerance=0.1)


@pytest.mark.parametrize(
    ("guess", "reason"),
    [
        ("51", "one channel"),
        ("50 million", "one channel"),
        ("150 thousand", "the image"),
        ("150528", "the image"),
        ("0.15", "the image"),
    ],
)
def test_a_reason_is_found_within_the_same_tolerance(told, guess, reason):
    shown = told(
        guess,
        154_140_672,
        unit="million",
        tolerance=0.1,
        reasons={51: "one channel", 150_528: "the image", 48_000_000: "something else"},
    )
    assert "it is 154,140,672 (about 154 million)" in shown
    assert reason in shown
    assert "something else" not in shown


def test_a_bare_number_is_shown_in_the_unit_of_the_question(told):
    assert told(51, 154, unit="million").startswith("✗ You predicted 51 million; it is 154,000,000")
    assert told("150528", 154, unit="million").startswith("✗ You predicted 150528; it is")
    assert told("40", 55, unit="%") == "✗ You predicted 40 %; it is 55 %.\n"
    assert told("0.55", 55, unit="%").startswith("✗")


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="'%' or one of thousand, million"):
        predict.reveal("q", 1, unit="millions")


@pytest.mark.parametrize("guess", [7, 0.25, "154 million", (4, 4), [16, 5, 5], True, "a 'b'\n"])
def test_a_guess_outlives_its_kernel(guess, monkeypatch):
    predict.record("q", guess)
    monkeypatch.setattr(predict, "_committed", {})
    assert predict.committed("q") == (tuple(guess) if isinstance(guess, list) else guess)


def test_another_process_knows_the_guess():
    predict.record("q", "154 million")
    code = "from cnnlab import predict; predict.reveal('q', 154_140_672)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("✓ You predicted 154 million")


@pytest.mark.parametrize("kept", ["torch.Size([4, 4])", "(((", 3, None, ["x"]])
def test_whatever_stands_in_the_file_the_truth_is_told(kept, capsys):
    progress.record_prediction("q", kept)
    predict.reveal("q", 4)
    assert "it is 4" in capsys.readouterr().out


def test_a_guess_can_be_taken_back(monkeypatch, capsys):
    predict.commit("q", 7)
    predict.commit("q", ...)
    monkeypatch.setattr(predict, "_committed", {})
    assert predict.committed("q") is None
