"""A card commits what `predict.reveal` then answers."""

import pytest

from cnnlab import predict
from cnnlab.widgets import prediction, shell


@pytest.fixture(autouse=True)
def fresh_start(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path))
    monkeypatch.setattr(predict, "_committed", {})


def answer(card, typed):
    card.answer.value = typed
    card.button.click()
    assert "Recorded" in card.reply.value


@pytest.mark.parametrize(
    ("typed", "truth", "told"),
    [
        ("(4, 4)", (4, 4), "(4, 4), and it is (4, 4)."),
        ("4 x 4", (4, 4), "4 x 4, and it is (4, 4)."),
        ("12", 12, "12, and it is 12."),
        ("55 %", 55, "55 %, and it is 55."),
        ("55 %", 0.55, "55 %, and it is 0.55."),
        ("modern", "modern", "modern, and it is modern."),
        ("0,5", 0.5, "0,5, and it is 0.5."),
        ("0.15", 0.1505, "0.15, and it is 0.1505."),
        ("154 million", 154_140_672, "154 million, and it is 154,140,672 (about 154 million)."),
        ("yes", True, "yes, and it is True."),
    ],
)
def test_what_is_typed_is_compared_with_the_truth(typed, truth, told, capsys):
    card = prediction("size", "How large?")
    card.button.click()
    assert "first" in card.reply.value
    answer(card, typed)
    predict.reveal("size", truth=truth)
    assert f"✓ You predicted {told}" in capsys.readouterr().out


@pytest.mark.parametrize("choices", [["plain", "residual"], [6, 8], ["6", "8"]])
def test_a_choice_is_recorded_as_it_was_given(choices, capsys):
    answer(prediction("kind", "Which?", choices=choices), choices[1])
    assert predict.committed("kind") == choices[1]
    predict.reveal("kind", truth=choices[1])
    assert f"and it is {choices[1]}" in capsys.readouterr().out


@pytest.mark.parametrize(("choices", "guess"), [((), "~150"), ([6, 8], 8), (["a", "b"], "b")])
def test_after_a_restart_the_card_shows_the_guess_and_takes_another(choices, guess, monkeypatch):
    answer(prediction("size", "How large?", choices=choices), guess)
    monkeypatch.setattr(predict, "_committed", {})  # what a new kernel has
    card = prediction("size", "How large?", choices=choices)
    assert card.answer.value == guess
    assert f"✓ Recorded earlier: {guess}." in card.reply.value
    answer(card, choices[0] if choices else "7")
    assert predict.committed("size") == (choices[0] if choices else "7")


def test_a_guess_that_is_no_longer_a_choice_is_not_shown(monkeypatch):
    predict.record("kind", "plain")
    assert "Nothing committed" in prediction("kind", "Which?", choices=["a", "b"]).reply.value


def test_question_and_another_way_to_answer_stand_in_a_saved_notebook(monkeypatch):
    shown = []
    monkeypatch.setattr(shell, "in_notebook", lambda: True)
    monkeypatch.setattr(shell, "display", lambda bundle, raw: shown.append(bundle))
    prediction("size", "Is 3 < 4?")
    question, card = shown
    assert question["text/plain"] == "Predict: Is 3 < 4?"
    assert "Is 3 &lt; 4?" in question["text/html"]
    assert 'predict.commit("size", …)' in card["text/plain"]
    assert shell.VIEW in card


def test_outside_of_notebooks_the_card_is_words(capsys):
    prediction("kind", "Which?", choices=["plain", "residual"])
    assert capsys.readouterr().out.splitlines() == [
        "Predict: Which?",
        """No card here? Answer in a cell: predict.commit("kind", …), one of 'plain', 'residual'""",
    ]
