"""Plain data crosses unchanged; nothing else crosses, and no bytes can do harm."""

import json
import math
import struct

import numpy as np
import pytest
import torch

from cnnlab.learner.wire import (
    MAX_DEPTH,
    MAX_ITEMS,
    Opaque,
    Ref,
    WireError,
    carried,
    decode,
    encode,
    visible,
)


@pytest.fixture(params=["as bytes", "within one process"])
def cross(request):
    return carried if request.param == "within one process" else lambda v: decode(encode(v))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -3,
        2.5,
        "ä∑",
        [],
        (1, (2, [3])),
        {"a": 1, (2, 3): [4], None: {}},
        Ref(7),
        math.inf,
        -math.inf,
    ],
)
def test_plain_values_cross_unchanged(value, cross):
    crossed = cross(value)
    assert crossed == value
    assert type(crossed) is type(value)


def test_nan_crosses(cross):
    assert math.isnan(cross(math.nan))


@pytest.mark.parametrize(
    "tensor",
    [
        torch.randn(2, 3, 4),
        torch.randn(3, 4).t(),
        torch.randn(2, 2, requires_grad=True),
        torch.arange(5),
        torch.tensor(True),
        torch.empty(0, 3),
        torch.randn(3).to(torch.bfloat16),
        torch.randn(2, 3).to_sparse(),
    ],
)
def test_tensors_cross_as_plain_copies(tensor, cross):
    crossed = cross([tensor, tensor])
    expected = tensor.detach().to_dense() if tensor.is_sparse else tensor.detach()
    for one in crossed:
        assert one.dtype == expected.dtype
        assert torch.equal(one, expected)
        assert not one.requires_grad


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3).T,
        np.array(2.5),
        np.zeros((0, 3), dtype=np.int16),
        np.arange(3, dtype=np.uint32),
        np.arange(3, dtype=">f8"),
        np.broadcast_to(np.float32(1), (4, 2)),
        np.array([True, False]),
        np.ma.masked_array([1.0, 2.0]),
    ],
)
def test_arrays_cross_as_plain_copies(array, cross):
    first, second = cross([array, array])
    for one in (first, second):
        assert type(one) is np.ndarray
        assert (one.dtype.name, one.shape) == (array.dtype.name, array.shape)
        assert np.array_equal(one, array)
        assert one.flags.writeable
    assert not np.shares_memory(first, second)


@pytest.mark.parametrize(
    "array",
    [np.array([object()]), np.array(["text"]), np.array([1j]), np.zeros(2, dtype="datetime64[s]")],
)
def test_arrays_of_other_things_are_refused(array):
    with pytest.raises(WireError, match="does not cross"):
        encode(array)


def test_an_array_that_is_too_large_is_refused_before_it_is_copied():
    with pytest.raises(WireError, match="MiB"):
        encode(np.broadcast_to(np.float64(1), (10**9,)))


def test_a_tensor_subclass_crosses_as_a_tensor():
    class Liar(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            return torch.zeros(1)

    crossed = decode(encode(torch.nn.Parameter(torch.ones(2))))
    assert type(crossed) is torch.Tensor
    try:
        crossed = decode(encode(torch.tensor([1.0, 2.0]).as_subclass(Liar)))
    except WireError:
        return
    assert type(crossed) is torch.Tensor


def test_objects_do_not_cross():
    assert decode(encode([object(), torch.nn.Linear(1, 1)])) == [Opaque("object"), Opaque("Linear")]


def test_too_deep_and_too_many_are_refused_on_both_sides():
    deep: list = []
    for _ in range(MAX_DEPTH + 5):
        deep = [deep]
    with pytest.raises(WireError, match="deep"):
        encode(deep)
    with pytest.raises(WireError, match="items"):
        encode([0] * (MAX_ITEMS + 1))
    text = b"[" * 1000 + b"]" * 1000
    with pytest.raises(WireError):
        decode(struct.pack("<Q", len(text)) + text)


def test_a_tensor_that_is_too_large_is_refused_before_it_is_copied():
    with pytest.raises(WireError, match="MiB"):
        encode(torch.empty(1).expand(10**9))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"short",
        struct.pack("<Q", 2**60),
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 4) + b"\xff\xfe\x00\x01",
        struct.pack("<Q", 14) + b'{"tensor":"9"}',
        struct.pack("<Q", 17) + b'{"unknown": "tag"}',
        struct.pack("<Q", 4) + b"null" + b"not safetensors at all",
    ],
)
def test_bytes_that_are_no_reply_are_refused(data):
    with pytest.raises(WireError):
        decode(data)


def test_a_tensor_that_declares_an_enormous_shape_is_refused():
    header = json.dumps({"0": {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4]}}).encode()
    blob = struct.pack("<Q", len(header)) + header + b"\0\0\0\0"
    text = b'{"tensor":"0"}'
    with pytest.raises(WireError):
        decode(struct.pack("<Q", len(text)) + text + blob)


def _reply(text: bytes, blob: bytes = b"") -> bytes:
    return struct.pack("<Q", len(text)) + text + blob


def _tensors(header: object, data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 100,
        struct.pack("<Q", 2**63) + b"{}",
        _reply(b"[" * 100_000),
        _reply(b"[" + b"[]," * 1_000_000 + b"[]]"),
        _reply(b"[" * 50 + b"]" * 50),
        _reply(b"9" * 5000),
        _reply(b" " * (9 * 2**20) + b"1"),
        _reply(b'{"tensor": "none"}'),
        _reply(b'{"tensor": "0", "more": 1}'),
        _reply(b'{"unheard": 1}'),
        _reply(b'{"dict": [[[], 1]]}'),
        _reply(b"1", struct.pack("<Q", 2**62)),
        _reply(b"1", _tensors({"0": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 4]}})),
        _reply(
            b"1",
            _tensors({"0": {"dtype": "F32", "shape": [2**32, 2**32], "data_offsets": [0, 0]}}),
        ),
        _reply(
            b"1",
            _tensors({"0": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, b"\0" * 3),
        ),
        _reply(
            b"1",
            _tensors({"0": {"dtype": "C64", "shape": [1], "data_offsets": [0, 8]}}, b"\0" * 8),
        ),
    ],
    ids=[
        "empty",
        "noise",
        "endless text",
        "deep JSON",
        "many lists",
        "deep value",
        "long number",
        "long text",
        "no such tensor",
        "two tags",
        "unknown tag",
        "a list as a key",
        "endless header",
        "huge shape",
        "overflowing shape",
        "too little data",
        "a number type that nobody expects",
    ],
)
def test_hostile_bytes_are_refused_and_nothing_worse(data):
    with pytest.raises(WireError):
        decode(data)


def test_texts_that_are_not_trusted_cannot_command_a_terminal():
    title = "\x1b]0;owned\x07\x1b[2J"
    sent = {title: [f"a{title}\nb", "\u202e\ud800é", Opaque(title)], "line\nbreak": 1}
    found = decode(encode(sent), trusted=False)
    shown = r"\x1b]0;owned\x07\x1b[2J"
    assert found[shown] == [f"a{shown}\nb", r"\u202e\ud800é", Opaque(shown)]
    assert found[r"line\nbreak"] == 1
    assert decode(encode(sent))[title][0] == f"a{title}\nb"


@pytest.mark.parametrize("text", ["", "plain", "ä ∑ 日本", "two words"])
def test_what_can_be_printed_is_left_as_it_is(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x00\x7f\x9b", r"\x00\x7f\x9b"),
        ("\u2028", r"\u2028"),
        ("\U000e0001", r"\U000e0001"),
        ("\ud83d", r"\ud83d"),
        ("a\tb\n", r"a\tb\n"),
    ],
)
def test_what_cannot_be_printed_is_written_as_an_escape(text, shown):
    assert visible(text) == shown
