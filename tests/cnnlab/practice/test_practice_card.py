"""The card in a notebook: a question, an answer, a verdict, the next question."""

import subprocess
import sys

import pytest

from cnnlab import practice
from cnnlab.practice import cards, memory
from cnnlab.practice.sheet import Sheet
from cnnlab.widgets import shell


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path))
    monkeypatch.setattr(cards, "_open", None)


def typed_right(card):
    question = card.sheet.question
    if question.choices:
        right = [choice.right for choice in question.choices].index(True)
        card.answer.value = "abcd"[right]
    else:
        card.answer.value = question.shown_answer.split(" (")[0]


@pytest.mark.parametrize("topic", ["rapid", "sizes"])
def test_an_answer_is_judged_once_and_remembered(topic, capsys):
    card = practice.card(topic)
    typed_right(card)
    card.check_button.click()
    assert card.sheet.verdict.right
    assert card.check_button.disabled and card.explain_button.disabled
    assert memory.load().records[card.sheet.question.kind].right == 1
    before = card.sheet.question
    card.next_button.click()
    assert card.sheet.question is not before
    assert card.sheet.verdict is None
    assert not card.check_button.disabled


def test_nothing_typed_is_no_answer():
    card = practice.card("sizes")
    card.check_button.click()
    assert "no answer yet" in card.sheet.verdict.headline
    assert not card.check_button.disabled
    card.answer.value = "hm"
    card.check_button.click()
    assert "can't be read" in card.sheet.verdict.headline
    assert memory.load().records == {}


def test_explain_shows_the_way_and_counts_as_not_known():
    card = practice.card("parameters")
    card.explain_button.click()
    assert card.sheet.verdict.explanation
    assert memory.load().records[card.sheet.question.kind].box == 0


def test_all_controls_have_names():
    for topic in ("rapid", "sizes"):
        card = practice.card(topic)
        assert card.answer.description == "My answer"
        assert card.check_button.tooltip


def test_a_saved_notebook_shows_question_and_verdict(monkeypatch):
    shown = []
    monkeypatch.setattr(shell, "in_notebook", lambda: True)
    monkeypatch.setattr(shell, "display", lambda bundle, **_: shown.append(bundle))
    card = practice.card("rapid")
    question, controls = shown
    assert question is card.sheet
    assert "practice.answer(" in controls["text/plain"]
    assert shell.VIEW in controls


def test_html_is_escaped_and_code_stays_code():
    question = practice.find_kind("conv_side").question("any")
    html = Sheet(question)._repr_html_()
    assert "<pre>nn.Conv2d(3, 16" in html
    assert "Unit 01 · sizes" in html
    for kind in practice.kinds():
        sheet = Sheet(kind.question("any"), kind.question("any").explained())
        body = sheet._repr_html_()
        assert body.count("<") == body.count(">")
        assert "None" not in repr(sheet).replace("None:", "")


def test_without_buttons_a_cell_answers(capsys):
    practice.card("sizes")
    question = cards._open.question
    sheet = practice.answer(question.shown_answer)
    assert sheet.verdict.right
    assert "✓ Right" in repr(sheet)


def test_answering_before_any_question_asks_one(capsys):
    with pytest.raises(practice.NothingAskedError, match="card"):
        practice.answer("4")


def test_without_ipywidgets_the_card_is_words():
    program = (
        "import sys; sys.modules['ipywidgets'] = None\n"
        "from cnnlab import practice\n"
        "practice.card('sizes', unit=1)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert "(a " in told
    assert 'practice.answer("…")' in told
