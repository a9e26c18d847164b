"""One meaning of CNNLAB_HOME, and files that are whole or not there."""

import stat

import pytest

from cnnlab import progress
from cnnlab.data.downloads.store import cache_entries
from cnnlab.home import home, open_atomically, write_atomically


@pytest.fixture(autouse=True)
def users_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("setting", "folder"),
    [("~/course", "course"), (" ~/course\n", "course"), ("", ".cnnlab"), ("  ", ".cnnlab")],
)
def test_progress_and_data_lie_in_the_same_folder(setting, folder, users_home, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", setting)
    progress.record_check("conv2d", True)
    data = users_home / folder / "data" / "mnist"
    data.mkdir(parents=True)
    (data / "part").write_bytes(b"123")
    assert home() == users_home / folder
    assert (users_home / folder / "progress.json").is_file()
    assert [entry.path for entry in cache_entries()] == [data]


def test_without_a_setting_it_is_a_folder_of_the_user(users_home, monkeypatch):
    monkeypatch.delenv("CNNLAB_HOME", raising=False)
    assert home() == users_home / ".cnnlab"


def test_a_file_is_replaced_whole_and_stays_open_to_the_same_people(tmp_path):
    path = tmp_path / "new folder" / "file"
    write_atomically(path, b"one")
    path.chmod(0o640)
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(path.parent.iterdir()) == [path]


def test_what_is_broken_off_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, b"old")
    with pytest.raises(KeyboardInterrupt), open_atomically(path) as file:
        file.write(b"ne")
        assert path.read_bytes() == b"old"
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
