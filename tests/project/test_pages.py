"""What the pages for readers lead to is there: links, pictures, commands."""

import re
from pathlib import Path

import pytest
from nbgrader.apps.nbgraderapp import NbGraderApp

from autograder import command as autograder_command
from cnnlab import command as cnnlab_command

ROOT = Path(__file__).parents[2]
AUDIENCES = sorted((ROOT / "docs").glob("for_*.md"))
COURSE = sorted((ROOT / "course").glob("*.md"))
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS, *COURSE]
LARGEST = 150_000  # bytes of one picture
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
SECTION = re.compile(r"\]\((?!https?:)([^)#]*)#([^)]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def name_of(page):
    return page.stem


def linked(page):
    text = CODE.sub("", page.read_text("utf-8"))
    return [(page.parent / target).resolve() for target in LINK.findall(text)]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page):
    assert [str(path) for path in linked(page) if not path.exists()] == []


def sections(page):
    """The names by which a link reaches the headings of a page, as GitHub makes them."""
    headings = HEADING.findall(CODE.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_into_a_page_names_a_heading_of_it(page):
    links = SECTION.findall(CODE.sub("", page.read_text("utf-8")))
    lost = [
        f"{target}#{section}"
        for target, section in links
        if section not in sections((page.parent / target).resolve() if target else page)
    ]
    assert lost == []


@pytest.mark.parametrize("page", AUDIENCES, ids=name_of)
def test_pictures_are_small_and_described(page):
    pictures = [path for path in linked(page) if path.suffix == ".png"]
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > LARGEST] == []
    assert "![](" not in page.read_text("utf-8")


@pytest.mark.parametrize("page", AUDIENCES, ids=name_of)
def test_the_front_page_leads_here(page):
    assert page in linked(ROOT / "README.md")


@pytest.mark.parametrize("page", [*AUDIENCES, *COURSE], ids=name_of)
def test_every_command_exists(page, capsys):
    text = page.read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", text)) <= targets
    for program, main in ("cnnlab", cnnlab_command.main), ("autograder", autograder_command.main):
        for typed in set(re.findall(rf"(?m)(?:^|`|bin/){program} ([a-z]+)\b", text)):
            with pytest.raises(SystemExit) as ended:
                main([typed, "--help"])
            assert ended.value.code == 0, f"{program} {typed}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_of_nbgrader_exists(page):
    typed = set(re.findall(r"`nbgrader\s+([a-z_]+)", page.read_text("utf-8")))
    assert typed <= set(NbGraderApp.subcommands)
