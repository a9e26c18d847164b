"""A JupyterLab of our own to look at, and what a person does in it."""

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


class Lab:
    """JupyterLab serving `folder`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url

    def open(self, page, name):
        """Open a notebook of the folder and wait for its kernel."""
        page.goto(f"{self.url}/lab/tree/{name}?reset", timeout=120_000)
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
):
    """JupyterLab on a free port, with settings and a home of its own."""
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
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
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
        yield Lab(folder, url)
    finally:
        server.terminate()
        server.wait(30)


def run_all(page, seconds=300):
    """Run every cell and wait until the kernel has nothing more to do."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    # A prompt of [*] is a cell that waits; lab draws only what is near the window.
    page.wait_for_timeout(1500)
    wait_until_idle(page, seconds)


def wait_until_idle(page, seconds=120):
    page.wait_for_selector(
        ".jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status='idle']",
        timeout=1000 * seconds,
        state="attached",
    )


def errors(path: Path):
    """The errors in the outputs of a notebook on disk."""
    cells = json.loads(path.read_text())["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [output["evalue"] for output in outputs if output["output_type"] == "error"]


def save(page):
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)


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
