"""How long a widget takes to answer, in a real browser: from the touch to the new picture.

JupyterLab runs on this machine and Chromium presses an arrow key on a slider, or chooses from a
list. The clock starts in the page when the key or the choice arrives and stops when the page holds
the new picture. That includes kernel, network and browser.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
from measuring import arguments, finish, section
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.conftest import FLAGS
from tests.browser.jupyter import control, jupyter_lab, run_all
from tests.browser.test_widgets import START, WIDGETS, name_of

WAIT_FOR_A_TOUCH = """(kind) => {
  const title = () => document.querySelector('.jp-OutputArea-output svg[role=img] > title');
  const before = title().textContent;
  window.milliseconds = new Promise((done) => {
    addEventListener(kind, () => {
      const started = performance.now();
      const look = () => {
        const now = title();
        if (now && now.textContent !== before) done(performance.now() - started);
        else if (performance.now() - started > 5000) done(null);
        else requestAnimationFrame(look);
      };
      look();
    }, {capture: true, once: true});
  });
}"""


def latencies(page: Page, label: str, touches: int) -> list[float]:
    """Milliseconds from each touch of a slider or list to the next picture."""
    touched = control(page, label)
    is_list = touched.evaluate("part => part.tagName") == "SELECT"
    found = []
    for number in range(touches + 2):
        forth = number % 2 == 0
        page.evaluate(WAIT_FOR_A_TOUCH, "change" if is_list else "keydown")
        if is_list:
            touched.select_option(index=int(forth))
        else:
            touched.press("ArrowRight" if forth else "ArrowLeft")
        taken = page.evaluate("window.milliseconds")
        if taken is None:
            raise RuntimeError(f"The control {label!r} did not change the picture in 5 s.")
        if number >= 2:  # the first ones pay for caches
            found.append(taken)
        page.wait_for_timeout(60)
    return found


def main() -> None:
    parser = arguments(__doc__ or "", rounds=40)
    options = parser.parse_args()
    rows, everything = [], []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, private = Path(name) / "notebooks", Path(name) / "private"
        folder.mkdir()
        private.mkdir()
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with jupyter_lab(folder, private) as lab:
            for source, (label, _) in WIDGETS.items():
                widget = name_of(source)
                made = new_notebook(
                    cells=[new_code_cell(START), new_code_cell(f"shell = {source}")]
                )
                made.metadata.kernelspec = {
                    "name": "python3",
                    "display_name": "Python 3 (ipykernel)",
                }
                nbformat.write(made, folder / f"{widget}.ipynb")
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                lab.open(page, f"{widget}.ipynb")
                run_all(page)
                found = latencies(page, label, options.rounds)
                page.close()
                everything += found
                rows.append(row(widget, found))
        browser.close()
    rows.append(row("all", everything))
    about = "Milliseconds from an arrow key or a choice in a list to the new picture on the page."
    finish("widget_latency", section("Widgets", about, rows, options.rounds), options.save)


def row(name: str, found: list[float]) -> dict[str, str]:
    cuts = statistics.quantiles(found, n=20)
    return {
        "widget": name.replace("_", " "),
        "median, ms": f"{statistics.median(found):.0f}",
        "95th percentile, ms": f"{cuts[-1]:.0f}",
    }


if __name__ == "__main__":
    main()
