"""A card commits what `predict.reveal` then answers."""

import pytest

from cnnlab import predict
from cnnlab.widgets import prediction


@pytest.mark.parametrize(
    ("typed", "truth"), [("(4, 4)", (4, 4)), ("12", 12), ("modern", "modern"), ("2.5", 2.5)]
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
    assert "You predicted" in capsys.readouterr().out.replace("✗", "wrong")


def test_a_choice_is_recorded_as_it_was_given(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path))
    card = prediction("kind", "Which?", choices=["plain", "residual"])
    card.answer.value = "residual"
    card.button.click()
    predict.reveal("kind", truth="residual")
    assert "and it is residual" in capsys.readouterr().out
