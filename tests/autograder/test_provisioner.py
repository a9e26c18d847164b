"""Any Jupyter client gets warm kernels by naming the provisioner in a kernelspec."""

from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from autograder import provisioner

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

NAME = "cnnlab-warm-test"


@pytest.fixture(autouse=True)
def kernelspec(tmp_path, monkeypatch):
    provisioner.register()
    provisioner.write_kernelspec(tmp_path, NAME)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))


def run(*sources, cwd=None):
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    resources = {"metadata": {"path": str(cwd)}} if cwd else {}
    NotebookClient(notebook, timeout=60, kernel_name=NAME, resources=resources).execute()
    nbformat.validate(notebook)
    return notebook.cells


def test_nbclient_runs_a_notebook_in_a_warm_kernel_in_a_sandbox():
    code = "import os, sys; 'torch' in sys.modules, os.path.exists('/run/box'), os.getpid()"
    *_, last = run("import torch", code)
    assert last.outputs[0].data["text/plain"] == "(True, True, 2)"


def test_what_lies_beside_the_notebook_lies_there_too(tmp_path):
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "data.txt").write_text("here")
    (beside / "link").symlink_to("/etc/passwd")
    (beside / "a.ipynb").write_text("{}")
    (cell,) = run("import os; open('data.txt').read(), sorted(os.listdir())", cwd=beside)
    assert cell.outputs[0].data["text/plain"] == "('here', ['data.txt'])"


def test_errors_and_deaths_reach_nbclient_as_always():
    with pytest.raises(CellExecutionError):
        run("1 / 0")
    with pytest.raises(DeadKernelError):
        run("import os; os._exit(1)")


def test_the_entry_point_is_declared_and_leads_to_the_class():
    project = Path(provisioner.__file__).parents[2] / "pyproject.toml"
    declared = tomllib.loads(project.read_text())["project"]["entry-points"]
    group = "jupyter_client.kernel_provisioners"
    assert declared[group] == {provisioner.NAME: provisioner._TARGET}
    installed = entry_points(group=group)
    assert all(e.value == provisioner._TARGET for e in installed if e.name == provisioner.NAME)
