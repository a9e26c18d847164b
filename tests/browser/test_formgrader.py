"""nbgrader's formgrader on results of ours: it lists, shows and keeps what a person grades."""

import pytest
from tests.autograder.fake_class import UNIT, fake_graded
from tests.autograder.fake_course import ANSWER, FakeCourse
from tests.browser.jupyter import jupyter_lab

EXTENSION = "nbgrader.server_extensions.formgrader"
ENABLED = f"--ServerApp.jpserver_extensions={EXTENSION}=True"


@pytest.fixture
def course(tmp_path):
    made = FakeCourse((tmp_path / "class").resolve())
    made.write(fake_graded("ada", lambda check: not check.startswith("conv2d")))
    made.write(fake_graded("bob"))
    return made


@pytest.fixture
def formgrader(course, tmp_path):
    root = course.course.root
    where = {"start_in": root / "course", "options": [ENABLED]}
    with jupyter_lab(root, tmp_path / "private", **where) as server:
        yield f"{server.url}/formgrader"


@pytest.mark.timeout(300)
def test_a_score_given_by_hand_survives_another_run(course, formgrader, page, screenshot):
    page.route("https://**", lambda route: route.abort())
    page.goto(f"{formgrader}/gradebook/{UNIT}/{UNIT}", timeout=60_000)
    rows = page.locator("tbody tr")
    rows.nth(1).wait_for(timeout=60_000)
    assert rows.count() == 2
    rows.filter(has_text="46").get_by_role("link").first.click()
    score = page.locator(f"#{course.written}")
    page.wait_for_selector("#test_conv2d[placeholder='0']", timeout=60_000)
    assert ANSWER in page.inner_text("#notebook-container")
    score.fill("5")
    with page.expect_response(lambda answer: "/api/grade/" in answer.url) as saved:
        score.press("Tab")
    assert saved.value.ok
    screenshot(page, "formgrader")
    course.write(fake_graded("ada"))
    assert course.grades("ada")["test_conv2d"] == (14, 14)
    page.reload()
    page.wait_for_function(
        "id => document.getElementById(id).value === '5'", arg=course.written, timeout=60_000
    )
    assert course.grades("ada")[course.written] == (None, 5)
