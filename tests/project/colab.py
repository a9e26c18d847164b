"""An environment with Colab's versions of Jupyter, and its shell as far as a notebook sees it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
# `str(get_ipython())` names google.colab, by which a notebook knows where it is.
SHELL = """\
from ipykernel.zmqshell import ZMQInteractiveShell

class Shell(ZMQInteractiveShell):
    pass

Shell.__module__ = "google.colab._shell"
get_ipython().__class__ = Shell
"""


class Colab:
    """A virtual environment in `folder`; `pip install git+…` of the course takes this checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._bin = folder / "env" / "bin"
        startup = folder / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "colab.py").write_text(SHELL)
        self.run(sys.executable, "-m", "venv", folder / "env")
        pins = (ROOT / "constraints.txt").read_text()
        torch = re.findall(r"^torch(?:vision)?==.*$", pins, re.MULTILINE)
        self.run("pip", "install", "-r", ROOT / "tools" / "colab.txt", *torch)

    def run(self, *command: str | Path) -> str:
        """What a command prints that is run in this environment."""
        done = subprocess.run(
            [str(part) for part in command],
            env=self._environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def packages(self) -> dict[str, str]:
        """The version of everything that is installed."""
        listed = json.loads(self.run("pip", "list", "--format=json"))
        return {package["name"].lower(): package["version"] for package in listed}

    def asked_for(self, package: Path) -> set[str]:
        """What `pip install` of this folder would install."""
        report = self.folder / "report.json"
        self.run("pip", "install", "--quiet", "--dry-run", "--report", report, package)
        return {
            line["metadata"]["name"].lower() for line in json.loads(report.read_text())["install"]
        }

    def execute(self, notebook: NotebookNode) -> NotebookNode:
        """The notebook with its outputs; cells that fail stop nothing."""
        path = self.folder / "notebook.ipynb"
        nbformat.write(notebook, path)
        self.run("jupyter-execute", "--inplace", "--allow-errors", "--timeout=900", path)
        return nbformat.read(path, as_version=4)

    def offer(self, repository: str, branch: str) -> None:
        """Lets git find this checkout, changes of its files included, where `repository` is."""
        copy = self.folder / "repository.git"
        git = ("git", "-C", ROOT)
        self.run("git", "clone", "--quiet", "--bare", ROOT, copy)
        changed = self.run(*git, "stash", "create").strip() or "HEAD"
        self.run(*git, "push", "--quiet", "--force", copy, f"{changed}:refs/heads/{branch}")
        self.run(
            "git",
            "config",
            "--file",
            self.folder / "gitconfig",
            f"url.{copy}.insteadOf",
            repository,
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return {
            **kept,
            "PATH": f"{self._bin}{os.pathsep}{os.environ['PATH']}",
            "IPYTHONDIR": str(self.folder / "ipython"),
            "CNNLAB_HOME": str(self.folder / "home"),
            "GIT_CONFIG_GLOBAL": str(self.folder / "gitconfig"),
            "OMP_WAIT_POLICY": "passive",  # on a busy machine threads that spin cost tenfold
        }


def errors(executed: NotebookNode) -> list[str]:
    """The errors in the outputs of a notebook."""
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    return [f"{o['ename']}: {o['evalue']}" for o in outputs if o["output_type"] == "error"]
