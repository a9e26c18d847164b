"""A run that is killed and continued gives the losses of one that was not, to the last bit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from cnnlab.training import CheckpointError, History, evaluate, fit

from .resumable import run
from .toys import toy_batches, toy_net

KILLED = """
import sys
sys.path.insert(0, {folder!r})
from training.resumable import run
run({path!r}, pause=0.1)
"""


def test_kill_minus_nine_and_resume_is_bit_identical(tmp_path: Path):
    undisturbed = run(tmp_path / "undisturbed.pt")
    path = tmp_path / "killed.pt"
    folder = str(Path(__file__).parent.parent)
    for wait in (0.0, 0.13):  # in a validation, and somewhere in the epoch after it
        code = KILLED.format(folder=folder, path=str(path))
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline() == "epoch\n"
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert process.returncode == -signal.SIGKILL
    assert path.exists()
    resumed = run(path)
    for column in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "lr"):
        assert resumed.column(column) == undisturbed.column(column)


def test_every_epoch_is_a_place_to_resume_from(tmp_path: Path):
    data = (toy_batches(), toy_batches(2, seed=1))
    whole = fit(toy_net(dropout=0.3), data, epochs=5)

    class Stops(list):
        """Validation batches that press Ctrl-C at the n-th reading."""

        left = 0

        def __iter__(self):
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
            return super().__iter__()

    for epoch in range(1, 6):
        path = tmp_path / f"{epoch}.pt"
        validation = Stops(data[1])
        validation.left = epoch
        fit(toy_net(dropout=0.3), (data[0], validation), epochs=5, checkpoint=path)
        # Stopped within epoch 1, nothing is saved yet; later, the weights come from the file.
        start = toy_net(seed=0 if epoch == 1 else 9, dropout=0.3)
        resumed = fit(start, data, epochs=5, checkpoint=path)
        assert resumed.train_loss == whole.train_loss
        assert resumed.validation_loss == whole.validation_loss


def test_a_finished_run_is_only_read_back(tmp_path: Path):
    path = tmp_path / "run.pt"
    data = (toy_batches(), toy_batches(2, seed=1))
    first = fit(toy_net(), data, epochs=2, checkpoint=path)
    model = toy_net(seed=5)
    again = fit(model, data, epochs=2, checkpoint=path)
    assert again.rows == first.rows
    assert evaluate(model, data[1]).loss == pytest.approx(first.final.validation_loss)


def test_resume_false_starts_anew(tmp_path: Path):
    path = tmp_path / "run.pt"
    fit(toy_net(), (toy_batches(), None), epochs=2, checkpoint=path)
    anew = fit(toy_net(seed=5), (toy_batches(), None), epochs=2, checkpoint=path, resume=False)
    assert anew.train_loss == fit(toy_net(seed=5), (toy_batches(), None), epochs=2).train_loss


def test_other_settings_are_refused_by_name(tmp_path: Path):
    path = tmp_path / "run.pt"
    fit(toy_net(), (toy_batches(), None), epochs=2, checkpoint=path, lr=0.05)
    with pytest.raises(CheckpointError, match=r"lr: \[0.05, 0.05\] → \[0.1, 0.1\].*resume=False"):
        fit(toy_net(), (toy_batches(), None), epochs=2, checkpoint=path, lr=0.1)
    with pytest.raises(CheckpointError, match="epochs: 2 → 3"):
        fit(toy_net(), (toy_batches(), None), epochs=3, checkpoint=path, lr=0.05)


def test_a_constant_rate_may_be_continued_for_longer(tmp_path: Path):
    path = tmp_path / "run.pt"
    data = (toy_batches(), None)
    fit(toy_net(), data, epochs=2, checkpoint=path, schedule="constant")
    longer = fit(toy_net(seed=4), data, epochs=4, checkpoint=path, schedule="constant")
    assert longer.train_loss == fit(toy_net(), data, epochs=4, schedule="constant").train_loss


def test_another_model_is_refused(tmp_path: Path):
    path = tmp_path / "run.pt"
    fit(toy_net(), (toy_batches(), None), epochs=1, checkpoint=path)
    other = torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.BatchNorm1d(64), torch.nn.Linear(64, 4)
    )
    with pytest.raises(CheckpointError, match="another model"):
        fit(other, (toy_batches(), None), epochs=1, checkpoint=path)


def test_a_damaged_checkpoint_is_named(tmp_path: Path):
    path = tmp_path / "run.pt"
    path.write_bytes(b"PK half a file")
    with pytest.raises(CheckpointError, match=r"run\.pt cannot be read"):
        fit(toy_net(), (toy_batches(), None), epochs=1, checkpoint=path)


def test_a_failed_write_leaves_the_old_checkpoint_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "run.pt"
    fit(toy_net(), (toy_batches(), None), epochs=1, checkpoint=path, schedule="constant")
    before = path.read_bytes()

    def full_disk(descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(CheckpointError, match=r"No space left.*still whole") as caught:
        fit(toy_net(), (toy_batches(), None), epochs=2, checkpoint=path, schedule="constant")
    assert caught.value.history is not None and len(caught.value.history) == 2
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_loaders_own_generator_is_restored(tmp_path: Path):
    x, y = (torch.cat(parts) for parts in zip(*toy_batches(4), strict=True))

    def loader() -> DataLoader:
        own = torch.Generator().manual_seed(1)
        return DataLoader(TensorDataset(x, y), 16, shuffle=True, generator=own)

    def train(epochs: int, path: Path | None) -> History:
        return fit(toy_net(), (loader(), None), epochs=epochs, schedule="constant", checkpoint=path)

    train(2, tmp_path / "run.pt")
    assert train(4, tmp_path / "run.pt").train_loss == train(4, None).train_loss


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="cannot be written"):
        fit(toy_net(), (toy_batches(), None), epochs=1, checkpoint=tmp_path / "file" / "run.pt")
