"""A JupyterLab (or Notebook) of our own to look at, and what a person does in it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

SECONDS_TO_START = 90
SETTINGS = {
    "notification": {"fetchNews": "false", "checkForUpdates": False},
    "themes": {"theme": "JupyterLab Light"},
}


PAGES = {"jupyterlab": "lab/tree", "notebook": "notebooks"}


class Lab:
    """JupyterLab serving `folder`, with learners' progress kept in `home`."""

    def __init__(self, folder: Path, url: str, home: Path, pages: str) -> None:
        self.folder = folder
        self.url = url
        self.home = home
        self._pages = pages

    def open(self, page, name):
        """Open a notebook of the folder, as a learner who begins, and wait for its kernel."""
        (self.home / "progress.json").unlink(missing_ok=True)
        page.goto(f"{self.url}/{self._pages}/{name}?reset", timeout=120_000)
        page.wait_for_selector(".jp-NotebookPanel:visible .jp-Cell", timeout=120_000)
        kernel = ".jp-NotebookPanel .jp-Toolbar-kernelName:has-text('Python 3')"
        page.wait_for_selector(kernel, timeout=120_000)
        wait_until_idle(page)


@contextmanager
def jupyter_lab(
    folder: Path,
    private: Path,
    dark: bool = False,
    start_in: Path | None = None,
    options: Sequence[str] = (),
    program: str = "jupyterlab",
):
    """JupyterLab, or `program`, on a free port, with settings and a home of its own."""
    settings = private / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    theme = {"theme": "JupyterLab Dark"} if dark else SETTINGS["themes"]
    for name, content in {**SETTINGS, "themes": theme}.items():
        (settings / f"{name}.jupyterlab-settings").write_text(json.dumps(content))
    port = _free_port()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(private),
        "CNNLAB_HOME": str(private / "cnnlab"),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
    }
    command = [sys.executable, "-m", program, "--no-browser", "--allow-root"]
    command += ["--expose-app-in-browser"]  # tests wait for the ends of commands
    command += [f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="]
    log = private / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={folder}", *options],
            env=environment,
            cwd=start_in or folder,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/api", server, log)
        yield Lab(folder, url, private / "cnnlab", PAGES[program])
    finally:
        server.terminate()
        server.wait(30)


def run_all(page, seconds=300):
    """Run every cell and wait until the last one has ended."""
    _command(page, "notebook:run-all-cells", seconds)


def save(page):
    """Save the open notebook and wait until it is on disk."""
    _command(page, "docmanager:save", 60)


def wait_until_idle(page, seconds=120):
    page.wait_for_selector(
        ".jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status='idle']",
        timeout=1000 * seconds,
        state="attached",
    )


def control(page, label):
    """The slider's handle, or the list to choose from, that is called `label`."""
    row = page.locator(f".widget-inline-hbox:has(label:text-is('{label}'))").first
    return row.locator(".noUi-handle, select").first


def press(page, label, words):
    """Press an arrow key on the slider called `label`; the description of the picture it gives.

    The description must hold `words`. From a list the second entry is chosen.
    """
    return _changed(page, label, lambda slider: slider.press("ArrowRight"), words)


def click(page, label, words=""):
    """The same, with a click at the end of the slider."""

    def act(slider):
        track = slider.locator("xpath=../..").bounding_box()
        middle = track["y"] + track["height"] / 2
        page.mouse.click(track["x"] + track["width"] - 2, middle)

    return _changed(page, label, act, words)


def _changed(page, label, act, words):
    """What the first picture is described as after `act` on a slider, which must change it."""
    title = page.locator(".jp-OutputArea-output svg[role=img] > title").first
    before = title.text_content()
    found = control(page, label)
    if found.evaluate("part => part.tagName") == "SELECT":
        # Jupyter takes the arrow keys before a list sees them.
        found.select_option(index=1)
    else:
        act(found)
    page.wait_for_function(
        "([before, words]) => { const t = document.querySelector("
        "'.jp-OutputArea-output svg[role=img] > title').textContent;"
        "return t !== before && t.includes(words) }",
        arg=[before, words],
        timeout=20_000,
    )
    return title.text_content()


def errors(path: Path):
    """The errors in the outputs of a notebook on disk."""
    cells = json.loads(path.read_text())["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [output["evalue"] for output in outputs if output["output_type"] == "error"]


def _command(page, name, seconds):
    """Do what the menu item of this name does, to its end."""
    ended = page.evaluate(
        """([name, seconds]) => Promise.race([
          jupyterapp.commands.execute(name).then(() => true),
          new Promise((done) => setTimeout(() => done(false), 1000 * seconds)),
        ])""",
        [name, seconds],
    )
    assert ended, f"{name} did not end in {seconds} s."


def _free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _wait_for(url, server, log):
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if server.poll() is not None:
                break
            time.sleep(0.3)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
