"""Answers that the bank shows travel with the release, encoded; a course may show none."""

import json

import pytest
from whole_course import rewrite

from autograder.authoring.other_answers import other_answers_text
from autograder.course import Course
from cnnlab.other_answers import FILE, decoded, file_text, read_file

FIRST = '# %% right="puts a copy in order"'
SECOND = '# %% right="takes away the smallest and the largest"'


@pytest.fixture
def build(whole, run):
    """Builds the course; returns what the release shows, by exercise."""

    def build_it(*arguments):
        code, told = run("build", *arguments)
        assert code == 0, told
        return read_file(whole.root / "release").get("01_first", {})

    return build_it


def test_marked_answers_are_published_and_no_others(whole, build):
    assert build() == {}
    assert not (whole.root / "release" / FILE).exists()
    rewrite(whole.answers, FIRST, FIRST + ' shown="It sorts in place."')
    rewrite(whole.answers, SECOND, SECOND + ' shown="It never sorts."')
    first, second = decoded(build()["median"])
    assert (first.name, first.differs) == ("puts a copy in order", "It sorts in place.")
    assert second.source.startswith("def median(numbers):\n    left = list(numbers)")
    text = (whole.root / "release" / FILE).read_text()
    assert "median(numbers)" not in text
    assert list(json.loads(text)) == ["01_first"]


def test_the_file_is_part_of_what_a_build_keeps_in_order(whole, build, run):
    rewrite(whole.answers, FIRST, FIRST + ' shown="It sorts in place."')
    build()
    assert run("build", "--check")[0] == 0
    rewrite(whole.answers, "in place", "once")
    code, told = run("build", "--check")
    assert code == 1
    assert f"release/{FILE}" in told
    assert decoded(build("01_first")["median"])[0].differs == "It sorts once."
    rewrite(whole.answers, ' shown="It sorts once."', "")
    assert build() == {}
    assert not (whole.root / "release" / FILE).exists()


def test_other_units_keep_what_they_show(whole, run):
    rewrite(whole.answers, FIRST, FIRST + ' shown="It sorts in place."')
    run("new", "02_second")
    course = Course.load(whole.root)
    first, second = course.units
    folder = whole.root / "release"
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(file_text({second.id: {"mode": "Wzs="}, "gone": {"x": "Wzs="}}))
    text, problems = other_answers_text(course, {first: ["median"]})
    assert problems == []
    units = json.loads(text)
    assert list(units) == [first.id, second.id]
    assert list(units[first.id]) == ["median"]
    assert units[second.id] == {"mode": "Wzs="}


def test_a_course_may_show_none(whole, build):
    rewrite(whole.answers, FIRST, FIRST + ' shown="It sorts in place."')
    assert build()
    rewrite(whole.manifest, "[course]\n", '[course]\ncompare = "never"\n')
    assert build() == {}
    assert not (whole.root / "release" / FILE).exists()


def test_an_unknown_policy_is_named_with_its_line(whole, run):
    rewrite(whole.manifest, "[course]\n", '[course]\ncompare = "always"\n')
    code, told = run("build")
    assert code != 0
    assert """'compare' is 'always'; it should be "after_pass" or "never\"""" in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (FIRST, FIRST + ' shown=""', "does not say what the answer does differently"),
        ('points=0\n', 'points=0 shown="x"\n', "a wrong answer is shown to nobody"),
        ('# %% right="', '# %% shown="x" right="', "more than 2 answers are shown"),
    ],
)  # fmt: skip
def test_slips_in_the_bank_are_named(whole, run, old, new, said):
    text = whole.answers.read_text()
    assert old in text
    whole.answers.write_text(text.replace(old, new))
    code, told = run("build")
    assert code != 0
    assert said in told
    assert "Traceback" not in told
