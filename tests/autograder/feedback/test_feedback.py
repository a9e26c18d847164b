"""Feedback: the verdicts are there to read, and nothing in the page is the learner's to command."""

import base64
import copy
from html.parser import HTMLParser

import pytest
from fake_class import fake_results
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograder.feedback import finish
from autograder.feedback.defuse import MOST_TEXT, harmless_text

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def rendered(notebook):
    """The body of the page that nbconvert, and so nbgrader, makes of the start of a notebook."""
    notebook.cells = notebook.cells[:8]
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    return page[page.index("<body") :]


@pytest.fixture
def shown(release):
    """Finishes the release with more cells in it."""

    def make(*cells, notes=(), passes=lambda _: True):
        notebook = copy.deepcopy(release)
        notebook.cells[3:3] = list(cells)
        finish(notebook, release, fake_results(passes), notes)
        return notebook

    return make


EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<iframe src=https://evil.example></iframe>",
    "<svg/onload=alert(1)>",
    "</div></body><style>*{display:none}</style>",
    "[x](javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "![x](https://evil.example/pixel.png)",
    "<javascript:alert(1)>",
    "<https://evil.example>",
    "https://evil.example",
    "$\\href{javascript:alert(1)}{x}$",
    "```{=html}\n<script>alert(1)</script>\n```",
    "`<script>`\n\n    <script>alert(1)</script>\n",
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "<!-- --><script>alert(1)</script>",
    "<a href='data:text/html,x'>x</a>",
]


@pytest.mark.parametrize("text", EVIL)
def test_markdown_of_a_learner_holds_no_tag_link_or_address(shown, text):
    plain = Tags(rendered(shown(new_markdown_cell("harmless")))).tags
    page = rendered(shown(new_markdown_cell(text), notes=[text]))
    allowed = {"p", "code", "pre", "ul", "li", "strong", "div", "table", "thead", "tbody", "tr"}
    before = [(tag, attributes) for tag, attributes in plain]
    more = [entry for entry in Tags(page).tags if entry not in before]
    for tag, attributes in more:
        assert tag in allowed | {"th", "td", "span"}
        assert not {"href", "src", "style"}.intersection(attributes) or tag == "strong"
        assert not any(name.startswith("on") for name in attributes)


def test_text_that_means_no_harm_looks_as_before():
    for text in ("a < b and c > d", "**bold** `x[0]`", "$x^2$", "1. one\n2. two", "5 & 6"):
        assert harmless_text(text) == text


@pytest.mark.parametrize(
    "output",
    [
        new_output("display_data", data={"text/html": "<script>alert(1)</script>"}),
        new_output("display_data", data={"application/javascript": "alert(1)"}),
        new_output("display_data", data={"image/svg+xml": "<svg onload=alert(1)></svg>"}),
        new_output("display_data", data={"text/markdown": "<script>alert(1)</script>"}),
        new_output("display_data", data={"text/latex": "$\\href{javascript:alert(1)}{x}$"}),
        new_output("display_data", data={"image/png": '"><script>alert(1)</script>'}),
        new_output("display_data", data={"image/png": base64.b64encode(b"<svg>").decode()}),
        new_output("display_data", data={"text/plain": "<script>alert(1)</script>"}),
        new_output("stream", name='stdout"><script>alert(1)</script>', text="x"),
        new_output("stream", name="stdout", text="<script>alert(1)</script>\x1b[31mred"),
        new_output("error", ename="<script>", evalue="<script>", traceback=["<script>alert(1)"]),
        new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {"a": 1}}),
    ],
    ids=range(12),
)
def test_outputs_hold_nothing_that_runs(shown, output):
    cell = new_code_cell("x")
    before = rendered(shown(cell)).count("<script")
    cell.outputs = [output]
    page = rendered(shown(cell))
    assert page.count("<script") == before
    assert "onload" not in page
    assert "javascript:" not in page


def test_pictures_stay_and_forged_results_do_not(shown):
    cell = new_code_cell("x")
    cell.outputs = [
        new_output("display_data", data={"image/png": PNG, "text/plain": "<Figure>"}),
        new_output("execute_result", data={"text/plain": "100.0"}),
    ]
    outputs = next(c for c in shown(cell).cells if c.source == "x").outputs
    assert outputs[0].data["image/png"] == PNG
    assert {output.output_type for output in outputs} == {"display_data"}


def test_endless_output_is_cut(shown):
    cell = new_code_cell("x")
    cell.outputs = [new_output("stream", text="y" * 10_000) for _ in range(50)]
    outputs = next(c for c in shown(cell).cells if c.source == "x").outputs
    assert sum(len(output.text) for output in outputs) <= MOST_TEXT + 100


def test_a_test_cell_tells_each_check_and_holds_its_points(shown):
    notebook = shown(passes=lambda check: check != "conv2d.1")
    cell = next(c for c in notebook.cells if c.get("id") == "test_conv2d")
    told, points = cell.outputs
    assert "✗ one channel (0 of 2) Turned." in told.data["text/plain"]
    assert points.output_type == "execute_result"
    assert points.data["text/plain"] == "12.0"


def test_repairs_are_told_at_the_top(shown):
    assert "it is back" in shown(notes=["The cell `f` was missing; it is back."]).cells[0].source
    assert shown().cells[0].id == "start-1"
