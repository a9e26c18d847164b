"""A card commits what `predict.reveal` then answers."""

import pytest

from cnnlab import predict
from cnnlab.widgets import prediction, shell


@pytest.mark.parametrize(
    ("typed", "truth"),
    [
        ("(4, 4)", (4, 4)),
        ("4, 4", (4, 4)),
        ("12", 12),
        ("55 %", 55),
        ("modern", "modern"),
        ("2.5", 2.5),
        ("0,5", 0.5),
        ("154,140,672", 154140672),
    ],
    ids=["shape", "bare-shape", "number", "percent", "name", "fraction", "comma", "thousands"],
)
def test_what_is_typed_is_compared_with_the_truth(typed, truth, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path))
    card = prediction("size", "How large?")
    card.button.click()
    assert "first" in card.reply.value
    card.answer.value = typed
    card.button.click()
    assert "Recorded" in card.reply.value
    predict.reveal("size", truth=truth)
    assert f"You predicted {truth}, and it is {truth}" in capsys.readouterr().out


@pytest.mark.parametrize("choices", [["plain", "residual"], [6, 8], ["6", "8"]])
def test_a_choice_is_recorded_as_it_was_given(choices, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path))
    card = prediction("kind", "Which?", choices=choices)
    card.answer.value = choices[1]
    card.button.click()
    predict.reveal("kind", truth=choices[1])
    assert f"and it is {choices[1]}" in capsys.readouterr().out


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
