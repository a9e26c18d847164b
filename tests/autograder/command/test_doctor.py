"""What `autograder doctor` says of a machine, beside the level that works on it."""

import pytest

from autograder.command.doctor import readable_data_sets
from autograder.kernels.isolation import view


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of data sets that all users may read."""
    found = tmp_path / "datasets"
    found.mkdir()
    for place in [found, *found.parents]:
        if place.stat().st_mode & 0o001 == 0:
            monkeypatch.setattr(view, "others_can_read", lambda path: path.stat().st_mode & 4 != 0)
    monkeypatch.setattr(view, "DATASETS", found)
    return found


def test_where_whole_data_sets_can_be_read_the_remedy_is_named(folder):
    (note,) = readable_data_sets("uid")
    assert f"chmod o-rx {folder}" in note
    folder.chmod(0o750)
    assert readable_data_sets("uid") == []


def test_bubblewrap_covers_them_and_needs_none(folder):
    assert readable_data_sets("bubblewrap") == []
