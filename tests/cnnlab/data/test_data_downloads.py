"""Downloads against mirrors that fail: never a corrupt file, never an error without a next step."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import misbehaving_server as mirror
import pytest

import cnnlab.data
from cnnlab.data import DataError
from cnnlab.data.downloads import store, transfer
from cnnlab.data.downloads.sources import all_sources, find_source
from cnnlab.data.downloads.store import DownloadError, obtain
from cnnlab.data.downloads.transfer import DiskError, Patience
from cnnlab.errors import UnknownNameError

CONTENT = bytes(range(256)) * 1200  # 307,200 bytes: several blocks
# A long silence is allowed except where silence is the point: a busy machine must not fail a test.
HASTY = Patience(
    silence=20, judged_every=0.15, slow=2_000_000, hopeless=10, pause=0, connections=12
)


@pytest.fixture
def server() -> Iterator[mirror.MisbehavingServer]:
    with mirror.MisbehavingServer() as server:
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CNNLAB_MIRRORS", raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")  # a proxy would see other requests than ours
    return tmp_path / "home"


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make a data set called "thing" of one file that is had from the given addresses."""

    def offer(*urls: str, content: bytes = CONTENT) -> Path:
        listing = tmp_path / "mirrors.toml"
        listing.write_text(
            f"""
            [thing]
            instead = "shapes10"
            [[thing.files]]
            name = "thing.bin"
            bytes = {len(content)}
            hash = "sha256:{hashlib.sha256(content).hexdigest()}"
            urls = {list(urls)!r}
            """
        )
        monkeypatch.setenv("CNNLAB_MIRRORS", str(listing))
        return tmp_path / "home" / "data" / "thing" / "thing.bin"

    return offer


def fetch(patience: Patience = HASTY) -> bytes:
    return obtain("thing", patience)["thing.bin"].read_bytes()


def closed_port() -> str:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{s.getsockname()[1]}/thing.bin"


def test_a_good_mirror_is_asked_once_and_never_again(server, offer):
    target = offer(server.add("/a", mirror.good(CONTENT)))
    assert fetch() == CONTENT
    assert fetch() == CONTENT
    assert server.ranges_asked("/a") == [None]
    assert [p.name for p in target.parent.iterdir()] == ["thing.bin"]


def test_a_cut_connection_is_continued_where_it_broke(server, offer):
    offer(server.add("/a", mirror.cuts_after(100_000, CONTENT)))
    assert fetch() == CONTENT
    assert server.ranges_asked("/a") == [None, "bytes=100000-", "bytes=200000-", "bytes=300000-"]


def test_a_run_that_was_stopped_is_continued_by_the_next(server, offer):
    target = offer(server.add("/a", mirror.good(CONTENT)))
    target.parent.mkdir(parents=True)
    target.with_name("thing.bin.part").write_bytes(CONTENT[:1234])
    assert fetch() == CONTENT
    assert server.ranges_asked("/a") == ["bytes=1234-"]


def test_a_server_that_cannot_continue_is_read_past_what_is_there(server, offer):
    target = offer(server.add("/a", mirror.cannot_continue(CONTENT)))
    target.parent.mkdir(parents=True)
    target.with_name("thing.bin.part").write_bytes(CONTENT[:100_000])
    assert fetch() == CONTENT


@pytest.mark.parametrize(
    "bad",
    [
        mirror.good(b"<html>Please log in</html>"),
        mirror.good(bytes(len(CONTENT))),  # the right length, the wrong bytes
        mirror.endless(CONTENT),
        mirror.answers(404),
        mirror.answers(503),
        mirror.cuts_after(0, CONTENT),
    ],
    ids=["login page", "wrong bytes", "too long", "404", "503", "hangs up"],
)
def test_a_bad_mirror_is_left_for_the_next(server, offer, bad):
    offer(server.add("/bad", bad), server.add("/good", mirror.good(CONTENT)))
    assert fetch() == CONTENT


def test_a_silent_mirror_is_left_for_the_next(server, offer):
    offer(server.add("/silent", mirror.says_nothing(5)), server.add("/good", mirror.good(CONTENT)))
    assert fetch(replace(HASTY, silence=1.5, fruitless_tries=1)) == CONTENT


def test_wrong_bytes_left_by_an_earlier_run_do_not_condemn_a_good_mirror(server, offer):
    target = offer(server.add("/a", mirror.good(CONTENT)))
    target.parent.mkdir(parents=True)
    target.with_name("thing.bin.part").write_bytes(b"x" * 5000)
    assert fetch() == CONTENT
    assert server.ranges_asked("/a") == ["bytes=5000-", None]


def test_a_range_from_the_wrong_place_is_not_appended(server, offer):
    target = offer(
        server.add("/bad", mirror.wrong_range(CONTENT)),
        server.add("/good", mirror.good(CONTENT)),
    )
    target.parent.mkdir(parents=True)
    target.with_name("thing.bin.part").write_bytes(CONTENT[:10])
    assert fetch() == CONTENT
    assert server.ranges_asked("/good") == ["bytes=10-"]


def test_an_endless_answer_is_left_at_once(server, offer):
    offer(server.add("/bad", mirror.endless(CONTENT)), server.add("/good", mirror.good(CONTENT)))
    assert fetch() == CONTENT
    assert server.ranges_asked("/bad") == [None]


def test_a_slow_mirror_is_left_and_its_bytes_are_kept(server, offer):
    offer(
        server.add("/slow", mirror.slow(CONTENT, block=4000, pause=0.02)),
        server.add("/fast", mirror.good(CONTENT)),
    )
    assert fetch() == CONTENT
    asked = server.ranges_asked("/fast")[0]
    assert asked is not None and int(asked[6:-1]) >= 4000


def test_when_all_are_slow_the_fastest_finishes(server, offer):
    offer(
        server.add("/slower", mirror.slow(CONTENT, block=2000, pause=0.02)),
        server.add("/slow", mirror.slow(CONTENT, block=20_000, pause=0.02)),
    )
    assert fetch() == CONTENT
    assert len(server.ranges_asked("/slower")) == 1
    assert len(server.ranges_asked("/slow")) == 2


def test_redirects_are_followed_with_the_range(server, offer):
    target = offer(server.add("/a", mirror.redirects_to("/b")))
    server.add("/b", mirror.good(CONTENT))
    target.parent.mkdir(parents=True)
    target.with_name("thing.bin.part").write_bytes(CONTENT[:50])
    assert fetch() == CONTENT
    assert server.ranges_asked("/b") == ["bytes=50-"]


def test_a_redirect_to_nowhere_ends(server, offer):
    offer(server.add("/a", mirror.redirects_to("/a")))
    with pytest.raises(DownloadError):
        fetch()


def test_a_damaged_file_in_the_cache_is_replaced(server, offer):
    target = offer(server.add("/a", mirror.good(CONTENT)))
    target.parent.mkdir(parents=True)
    target.write_bytes(CONTENT[:-1] + b"!")
    assert fetch() == CONTENT


def test_when_all_fail_the_message_says_why_and_what_to_do(server, offer):
    refused = closed_port()
    wrong = server.add("/wrong", mirror.good(bytes(len(CONTENT))))
    half = server.add("/half", mirror.cuts_after(0, CONTENT))
    target = offer(refused, wrong, half)
    with pytest.raises(DownloadError) as caught:
        fetch()
    message = str(caught.value)
    assert f"{refused}\n    the connection was refused" in message
    assert f"{wrong}\n    it sent other bytes" in message
    assert half in message
    assert 'load("shapes10")' in message
    assert "CNNLAB_MIRRORS" in message
    assert not target.exists()


def test_what_arrived_before_all_failed_is_kept_and_named(server, offer):
    half = server.add("/half", mirror.cuts_after(150_000, CONTENT))
    offer(half)
    server.behaviours["/half"] = lambda h: (
        mirror._send(h, h.head(CONTENT)[:150_000]) if not h.wanted_start() else h.send_error(500)
    )
    with pytest.raises(DownloadError, match=r"first 0\.1 MB|first 0\.2 MB"):
        fetch()
    server.behaviours["/half"] = mirror.good(CONTENT)
    assert fetch() == CONTENT
    assert server.ranges_asked("/half")[-1] == "bytes=150000-"


def test_too_little_space_is_noticed_before_anything_is_sent(server, offer, monkeypatch):
    offer(server.add("/a", mirror.good(CONTENT)))
    usage = store.shutil._ntuple_diskusage(10**9, 10**9, 1000)
    monkeypatch.setattr(store.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(DiskError, match="CNNLAB_HOME"):
        fetch()
    assert server.requests == []


def test_a_disk_that_fills_up_ends_with_advice_and_continues_later(server, offer, monkeypatch):
    target = offer(server.add("/a", mirror.good(CONTENT)), server.add("/b", mirror.good(CONTENT)))

    class FullDisk:
        def __init__(self, stream):
            self.stream = stream

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.stream.close()

        def write(self, block):
            if self.stream.tell() + len(block) > 100_000:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.stream.write(block)

        def __getattr__(self, name):
            return getattr(self.stream, name)

    opened = transfer._appending
    with monkeypatch.context() as patch:
        patch.setattr(transfer, "_appending", lambda path: FullDisk(opened(path)))
        with pytest.raises(DiskError, match=r"(?s)No space left.*CNNLAB_HOME.*kept"):
            fetch()
    assert not target.exists()
    assert server.ranges_asked("/b") == []  # another mirror would not help
    assert fetch() == CONTENT
    assert server.ranges_asked("/a")[-1] is not None


def test_a_home_that_cannot_be_made_ends_with_advice(offer, tmp_path, monkeypatch):
    offer("http://127.0.0.1:9/")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "file" / "below"))
    with pytest.raises(DiskError, match="CNNLAB_HOME"):
        fetch()


def test_two_programs_at_once_download_once(server, offer):
    offer(server.add("/a", mirror.slow(CONTENT, block=16_384, pause=0.1)))
    program = (
        "from cnnlab.data.downloads.store import obtain; import hashlib\n"
        "print(hashlib.sha256(obtain('thing')['thing.bin'].read_bytes()).hexdigest())"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = {p.communicate(timeout=120)[0].strip() for p in both}
    assert outputs == {hashlib.sha256(CONTENT).hexdigest()}
    assert server.ranges_asked("/a") == [None]


def test_the_cache_is_listed_and_cleared(server, offer):
    target = offer(server.add("/a", mirror.good(CONTENT)))
    assert cnnlab.data.cache_entries() == []
    fetch()
    (entry,) = cnnlab.data.cache_entries()
    assert (entry.name, entry.bytes, entry.complete) == ("thing", len(CONTENT), True)
    target.rename(target.with_name("thing.bin.part"))
    assert not cnnlab.data.cache_entries()[0].complete
    assert cnnlab.data.clear_cache("mnist") == cnnlab.data.clear_cache("cifar10-animals") == 0
    assert cnnlab.data.clear_cache("thing") == len(CONTENT)
    assert cnnlab.data.cache_entries() == []
    assert cnnlab.data.clear_cache() == 0
    with pytest.raises(UnknownNameError, match="thing"):
        cnnlab.data.clear_cache("thin")


def test_a_data_set_that_is_being_downloaded_is_not_cleared(server, offer):
    offer(server.add("/a", mirror.good(CONTENT)))
    fetch()
    with store._locked("thing", wait=True):
        with pytest.raises(DataError, match="another program"):
            cnnlab.data.clear_cache("thing")
        assert fetch() == CONTENT  # nothing is written, so nobody has to wait


def test_an_address_as_setting_is_tried_before_the_listed_mirrors(monkeypatch):
    listed = find_source("mnist").files[0].urls
    monkeypatch.setenv("CNNLAB_MIRRORS", "http://one.example/sets/ https://two.example")
    urls = find_source("mnist").files[0].urls
    assert urls[:2] == (
        "http://one.example/sets/mnist/train-images-idx3-ubyte.gz",
        "https://two.example/mnist/train-images-idx3-ubyte.gz",
    )
    assert urls[2:] == listed


def test_a_list_of_ones_own_leaves_the_other_data_sets_alone(offer):
    offer("http://127.0.0.1:9/")
    assert {"thing", "mnist", "cifar10"} <= set(all_sources())


@pytest.mark.parametrize(
    "text",
    [
        "not toml at all [",
        "[thing]\ninstead = 'shapes10'",
        "[thing]\ninstead='a'\n[[thing.files]]\nname='../x'\nbytes=1\nhash='md5:0'\nurls=[]",
        "[thing]\ninstead='a'\n[[thing.files]]\nname='x'\nbytes=1\nhash='0'\nurls=[]",
        "[thing]\ninstead='a'\n[[thing.files]]\nname='x'\nbytes=1\nhash='md5:0'\nurls=['file:/x']",
    ],
)
def test_a_faulty_list_of_mirrors_is_explained(tmp_path, monkeypatch, text):
    listing = tmp_path / "mine.toml"
    listing.write_text(text)
    monkeypatch.setenv("CNNLAB_MIRRORS", str(listing))
    with pytest.raises(DataError, match=r"(?s)mine\.toml.*unset CNNLAB_MIRRORS"):
        all_sources()


def test_a_missing_list_of_mirrors_is_explained(monkeypatch):
    monkeypatch.setenv("CNNLAB_MIRRORS", "/nowhere/mirrors.toml")
    with pytest.raises(DataError, match="cannot be read"):
        cnnlab.data.load("mnist")


def list_size(size: int) -> None:
    """Change the size that the list of mirrors gives for the file."""
    listing = Path(os.environ["CNNLAB_MIRRORS"])
    listing.write_text(listing.read_text().replace(f"bytes = {len(CONTENT)}", f"bytes = {size}"))


@pytest.mark.parametrize("wrong_by", [-9, 9])
def test_a_size_listed_wrongly_does_not_condemn_a_good_file(server, offer, wrong_by):
    offer(server.add("/a", mirror.cuts_after(100_000, CONTENT)))
    list_size(len(CONTENT) + wrong_by)
    assert fetch() == CONTENT
    assert cnnlab.data.cache_entries()[0].complete


def test_a_whole_file_that_was_not_yet_renamed_needs_no_network(server, offer):
    target = offer(server.add("/a", mirror.good(CONTENT)))
    target.parent.mkdir(parents=True)
    target.with_name("thing.bin.part").write_bytes(CONTENT)
    assert fetch() == CONTENT
    assert server.ranges_asked("/a") == []


def test_a_part_longer_than_its_file_is_begun_anew(server, offer):
    def refuses_what_lies_past_the_end(h: mirror.Handler) -> None:
        past = h.wanted_start() >= len(CONTENT)
        (mirror.answers(416) if past else mirror.good(CONTENT))(h)

    target = offer(server.add("/a", refuses_what_lies_past_the_end))
    list_size(len(CONTENT) + 99)
    target.parent.mkdir(parents=True)
    target.with_name("thing.bin.part").write_bytes(b"x" * (len(CONTENT) + 9))
    assert fetch() == CONTENT
