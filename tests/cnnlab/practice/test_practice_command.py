"""`cnnlab practice`, as it is typed and read."""

import os
import subprocess
import sys

import pytest

from cnnlab.command import main
from cnnlab.practice import kinds, terminal, topics
from cnnlab.practice.session import Session


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path / "home"


@pytest.fixture
def typing(monkeypatch):
    """Lines that are typed one after the other; an exception is raised where it stands."""

    def type_lines(*lines):
        waiting = list(lines)

        def typed(prompt=""):
            line = waiting.pop(0) if waiting else EOFError()
            if isinstance(line, BaseException) or line in (EOFError, KeyboardInterrupt):
                raise line
            return line

        monkeypatch.setattr("builtins.input", typed)

    return type_lines


def run(capsys, *arguments):
    code = main(["practice", *arguments])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_count_ends_it(typing, capsys):
    typing(*["?"] * 9)
    code, text = run(capsys, "sizes", "--count", "3")
    assert code == 0
    assert "Question 3 of 3" in text
    assert "Question 4" not in text
    assert "3 answers, 0 right. The next one is due in 10 minutes." in text


def test_a_right_and_a_wrong_answer(typing, capsys):
    session = Session("parameters", 1, seed="fixed")
    question = Session("parameters", 1, seed="fixed").next()
    typing(str(question.answer))
    terminal.practise(session, 1)
    text = capsys.readouterr().out
    assert question.text.splitlines()[0][:40] in text
    assert "✓ Right" in text
    assert "1 answer, 1 right. The next one is due in 1 day." in text
    typing("-5")
    terminal.practise(Session("parameters", 1, seed="other"), 1)
    assert "✗ It's" in capsys.readouterr().out


@pytest.mark.parametrize("end", ["q", "Q", "quit", EOFError, KeyboardInterrupt])
def test_ways_to_end(typing, capsys, end):
    typing("?", end)
    code, text = run(capsys)
    assert code == 0
    assert "1 answer, 0 right." in text


def test_ending_at_once(typing, capsys, home):
    typing(EOFError)
    code, text = run(capsys)
    assert code == 0
    assert "Nothing answered this time." in text
    assert not (home / "practice.json").exists()


def test_an_empty_line_and_nonsense_are_not_counted(typing, capsys):
    typing("", "   ", "hm?!", "?")
    _, text = run(capsys, "sizes", "--count", "1")
    assert text.count("Type an answer; ? shows the answer, q ends.") == 2
    assert "'hm?!' can't be read here." in text
    assert "1 answer, 0 right." in text


def test_a_topic_that_is_not_there_lists_those_that_are(capsys):
    code, text = run(capsys, "sises")
    assert code == 2
    assert "Did you mean 'sizes'?" in text
    assert all(topic in text for topic in topics())


@pytest.mark.parametrize("unit", ["3", "03", "03_vgg"])
def test_a_unit(typing, capsys, unit):
    typing("q")
    code, text = run(capsys, "--unit", unit)
    assert code == 0
    assert "15 kinds of question: 0 due, 15 new." in text


@pytest.mark.parametrize(
    "arguments", [["--unit", "77"], ["quantisation", "--unit", "1"]], ids=" ".join
)
def test_what_is_not_there_is_said(capsys, arguments):
    code, text = run(capsys, *arguments)
    assert code == 2
    assert "no questions" in text


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--count", "x"], ["--unit", "x"]])
def test_wrong_usage(capsys, arguments):
    with pytest.raises(SystemExit, match="2"):
        main(["practice", *arguments])


def test_a_damaged_file_is_told_once(typing, capsys, home):
    home.mkdir()
    (home / "practice.json").write_text("{")
    typing("?", "?", "?")
    code, text = run(capsys, "--count", "3")
    assert code == 0
    assert text.count("begins afresh") == 1


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_no_line_is_too_wide_and_code_is_not_wrapped(kind):
    question = kind.question("wide")
    code = [line for line in question.text.splitlines() if line.startswith("    ")]
    shown = terminal._laid_out(str(question)).splitlines()
    assert [line for line in shown if line in code] == code
    assert all(len(line) <= 100 for line in [*shown, *str(question.explained()).splitlines()])


def test_a_whole_process_reads_from_a_pipe(home):
    told = subprocess.run(
        [sys.executable, "-m", "cnnlab", "practice", "sizes", "--count", "2"],
        input="?\n?\n",
        capture_output=True,
        text=True,
        env={**os.environ, "CNNLAB_HOME": str(home)},
        check=True,
    )
    assert "2 answers" in told.stdout
    assert told.stderr == ""
    assert (home / "practice.json").exists()
