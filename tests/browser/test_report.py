"""The class report and feedback, as an instructor and a learner open them."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from tests.autograder.fake_class import UNIT, fake_class, fake_graded
from tests.autograder.fake_course import FakeCourse

from autograder.report import Statistics, report_page

SCHEMES = ["light", "dark"]
RUN = "window.caught=1;document.title='caught'"
EVIL = (
    f'<script>{RUN}</script><img src=x onerror="{RUN}"><svg/onload="{RUN}">'
    f'</pre></script><script>{RUN}</script>\'"><a href="javascript:{RUN}">press</a>'
    f"[press](javascript:{RUN})"
)

# Every background on a page that is as large as a paragraph, from 0 (black) to 255.
SHADES = r"""() => [...document.querySelectorAll('body, body *')]
  .filter((part) => part.offsetWidth > 400 && part.offsetHeight > 60 && part.tagName !== 'IMG')
  .map((part) => [part.tagName + '.' + part.className,
    getComputedStyle(part).backgroundColor.match(/[\d.]+/g).map(Number)])
  .filter(([, colour]) => colour.length === 3)
  .map(([part, colour]) => [part, (colour[0] + colour[1] + colour[2]) / 3])"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report on a class in which one student wrote commands wherever words can be written."""
    evil = fake_graded(EVIL, lambda _: False, repaired=[EVIL])
    for check in evil.results:
        object.__setattr__(check, "message", EVIL)
        object.__setattr__(check, "mistake", EVIL)
    title = "What a convolution computes"
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_page(Statistics.of(UNIT, [*fake_class(), evil]), title))
    honest = path.with_name("honest.html")
    honest.write_text(report_page(Statistics.of(UNIT, fake_class()), title))
    return path


@pytest.fixture(scope="module")
def feedback(tmp_path_factory):
    """The feedback of a learner who wrote commands into the notebook, and the points are mixed."""
    course = FakeCourse(tmp_path_factory.mktemp("course").resolve())
    data = dict.fromkeys(["text/html", "text/markdown", "text/latex", "text/plain"], EVIL)
    data["application/javascript"] = RUN
    code = new_code_cell(f"print({EVIL!r})")
    code.outputs = [
        new_output("display_data", data=data),
        new_output("stream", text=EVIL),
        new_output("error", ename=EVIL, evalue=EVIL, traceback=[EVIL]),
    ]
    graded = fake_graded("ada", lambda check: not check.startswith("conv2d"))
    course.write(graded, [new_markdown_cell(EVIL), code])
    course.make_feedback()
    return course.feedback("ada")


@pytest.fixture(params=["report", "feedback"])
def opened(request, page):
    """Opens one of the two pages; nothing is fetched from elsewhere."""
    page.route("http*://**", lambda route: route.abort())
    path = request.getfixturevalue(request.param)
    page.goto(path.as_uri())
    return page, request.param


def names(page):
    return page.locator("table:has(caption:text('Every submission')) tbody td:first-child")


def values(page, column):
    cells = f"table:has(caption:text('Every submission')) tbody td:nth-child({column})"
    return page.locator(cells).evaluate_all("all => all.map((one) => +one.dataset.sort)")


@pytest.mark.parametrize("press", ["click", "keyboard"])
def test_a_header_sorts_its_table(page, report, press):
    page.goto(report.with_name("honest.html").as_uri())
    head = page.get_by_role("columnheader", name="score").last
    unsorted = names(page).all_inner_texts()

    def act():
        if press == "click":
            head.get_by_role("button").click()
        else:
            head.get_by_role("button").focus()
            page.keyboard.press("Enter")

    act()
    falling = values(page, 2)
    assert falling == sorted(falling, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    act()
    assert values(page, 2) == sorted(falling)
    assert head.get_attribute("aria-sort") == "ascending"
    rows = names(page).all_inner_texts()
    assert rows != unsorted
    assert sorted(rows) == sorted(unsorted)


def test_nothing_that_a_learner_wrote_runs(opened):
    page, _ = opened
    title = page.title()
    assert title.startswith(UNIT)
    assert "caught=1" in page.inner_text("body")
    for button in page.locator("th button").all():
        button.click()
    page.wait_for_timeout(300)
    assert page.evaluate("window.caught") is None
    assert page.title() == title
    assert page.locator("[onerror], [onload], a[href^=javascript]").count() == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_large_part_of_a_page_has_the_other_scheme(opened, scheme):
    page, _ = opened
    page.emulate_media(color_scheme=scheme)
    shades = page.evaluate(SHADES)
    assert len(shades) > 1
    assert [part for part, shade in shades if (shade < 128) != (scheme == "dark")] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_everybody_can_read_it(opened, faults, scheme, screenshot):
    page, name = opened
    page.emulate_media(color_scheme=scheme)
    screenshot(page, f"{name}-{scheme}", full_page=True)
    assert faults(page) == []
