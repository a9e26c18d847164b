"""The class report: right numbers, whole without anything beside it, and harmless."""

import re
from html.parser import HTMLParser

import pytest
from fake_class import broken_machine, fake_class, fake_graded, unreadable

from autograder.command import main
from autograder.report import Statistics, report_page
from autograder.report.charts import histogram
from autograder.report.statistics import correlation
from autograder.results import Store
from autograder.results.digests import Digests

UNIT = "01_convolutions"
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Reads a page strictly: whatever is opened must be closed, in order."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(results):
    return report_page(Statistics.of(UNIT, results), "What a convolution computes")


def test_numbers_are_those_of_the_class():
    everything = [fake_graded(f"s{n}") for n in range(6)]
    weak = [fake_graded(f"w{n}", lambda check: not check.startswith("conv2d")) for n in range(2)]
    found = Statistics.of(UNIT, [*everything, *weak, unreadable("u"), broken_machine("b")])
    assert (len(found.graded), len(found.ungradable), len(found.failed)) == (8, 1, 1)
    by_name = {exercise.exercise: exercise for exercise in found.exercises}
    assert (by_name["conv2d"].full, by_name["conv2d"].none) == (6, 2)
    assert by_name["conv2d"].mean == pytest.approx(by_name["conv2d"].max_points * 6 / 8)
    conv = next(check for check in found.checks if check.id == "conv2d.1")
    assert (conv.passed, conv.of) == (6, 8)
    assert conv.discrimination == pytest.approx(1.0)
    assert next(c for c in found.checks if c.id == "pool2d.1").discrimination is None
    (mistake,) = found.mistakes
    assert (mistake.exercise, mistake.students, mistake.points) == ("conv2d", 2, 28)


def test_correlation_is_none_where_it_says_nothing():
    assert correlation([1, 0, 1, 0, 1], [2, 1, 2, 1, 2]) == pytest.approx(1.0)
    assert correlation([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]) is None
    assert correlation([1, 0], [1, 0]) is None


def test_the_page_is_whole_and_can_be_read_aloud():
    page = page_of(fake_class())
    read = Page(page)
    assert read.all("html") == [{"lang": "en"}]
    assert not re.search(r"(?:src|href)=[\"'](?!#)", page)
    assert "url(" not in page
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in read.all("svg"))
    assert all(head.get("scope") == "col" for head in read.all("th"))
    assert len(read.all("caption")) == len(read.all("table"))
    anchors = {f"#{tag['id']}" for tag in read.all("h2")}
    assert {link["href"] for link in read.all("a")} <= anchors
    words = " ".join(read.words)
    for expected in ("unlucky", "Disk full.", "cut-off", "it is back", "kernel flipped"):
        assert expected in words


def test_what_students_wrote_is_words_in_the_page():
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e"
    bad = fake_graded(evil, lambda _: False, repaired=[evil])
    for check in bad.results:
        object.__setattr__(check, "message", evil)
        object.__setattr__(check, "mistake", evil)
    read = Page(page_of([bad]))
    assert len(read.all("script")) == 1
    assert read.all("img") == []
    assert not any(name.startswith("on") for _, attributes in read.tags for name in attributes)
    assert "\u202e" not in "".join(read.words)


@pytest.mark.parametrize(
    "results",
    [
        [fake_graded("a")],
        [fake_graded("a", lambda _: False)],
        [unreadable("a")],
        [broken_machine("a")],
        [fake_graded("a", seconds=0.0)],
    ],
    ids=["all right", "all wrong", "unreadable", "machine broken", "no time"],
)
def test_a_class_of_one_has_a_page(results):
    Page(page_of(results))


@pytest.mark.parametrize("highest", [0.01, 1, 7, 60, 66, 100, 1000])
def test_every_value_has_its_bar(highest):
    values = [0, highest / 2, highest]
    chart = histogram(values, highest, "t", "points")
    assert chart.count("<rect") in (2, 3)
    assert f"to {highest:g}" in chart


def test_the_command_writes_the_page_and_says_where(tmp_path, capsys):
    store = Store(tmp_path / UNIT, UNIT)
    for graded in fake_class(8):
        store.keep(graded, Digests("s", "u", "g", "e"))
    out = tmp_path / "report.html"
    assert main(["report", UNIT, "--results", str(tmp_path), "-o", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    Page(out.read_text())
    assert main(["report", UNIT, "--results", str(tmp_path / "none")]) == 2
    assert "Grade first" in capsys.readouterr().err
