"""Plain data as bytes: what may cross the border between a learner's process and ours.

Numbers, strings, lists, tuples, dictionaries and tensors may cross; objects may not. JSON carries
the structure and safetensors the tensors, so reading bytes can never run code, whoever wrote them.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import Any

import torch
from safetensors.torch import load as tensors_from_bytes
from safetensors.torch import save as tensors_to_bytes

MAX_BYTES = 64 * 2**20
# A few bytes of JSON, or of a header of tensors, become an object of many: these have limits of
# their own.
MAX_TEXT_BYTES = 8 * 2**20
MAX_HEADER_BYTES = 2 * 2**20
MAX_DIGITS = 1000
MAX_DEPTH = 20
MAX_ITEMS = 200_000


# torch computes with these; comparing others would fail in places that nobody expects.
_DTYPES = {
    torch.bool,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
}


class WireError(Exception):
    """These bytes, or this value, may not cross."""


@dataclass(frozen=True)
class Ref:
    """An object that stays in the learner's process, by its number there."""

    number: int


@dataclass(frozen=True)
class Opaque:
    """A value that was not plain data; only the name of its type crossed."""

    type_name: str


def encode(value: Any) -> bytes:
    tensors: dict[str, torch.Tensor] = {}
    counter = _Counter()
    text = json.dumps(_pack(value, tensors, counter, 0), allow_nan=False).encode()
    if len(text) > MAX_TEXT_BYTES:
        raise WireError(f"the value without its tensors takes more than {MAX_TEXT_BYTES >> 20} MiB")
    blob = tensors_to_bytes(tensors) if tensors else b""
    if 8 + len(text) + len(blob) > MAX_BYTES:
        raise WireError(f"the value takes more than {MAX_BYTES >> 20} MiB")
    return struct.pack("<Q", len(text)) + text + blob


def decode(data: bytes) -> Any:
    if len(data) > MAX_BYTES:
        raise WireError(f"the reply takes more than {MAX_BYTES >> 20} MiB")
    try:
        (size,) = struct.unpack_from("<Q", data)
        if size > MAX_TEXT_BYTES:
            raise WireError("the reply has too much text")
        packed = json.loads(data[8 : 8 + size], parse_int=_short_int)
        tensors = _read_tensors(data[8 + size :])
        return _unpack(packed, tensors, _Counter(), 0)
    except WireError:
        raise
    except Exception as problem:  # anything at all can be in bytes from another process
        raise WireError(f"the reply is not plain data ({type(problem).__name__})") from None


def _read_tensors(blob: bytes) -> dict[str, torch.Tensor]:
    if not blob:
        return {}
    (header_size,) = struct.unpack_from("<Q", blob)
    if header_size > MAX_HEADER_BYTES:
        raise WireError("the reply has too many tensors")
    tensors = tensors_from_bytes(blob)
    for tensor in tensors.values():
        if tensor.dtype not in _DTYPES:
            raise WireError(f"a tensor of {tensor.dtype} does not cross")
    return tensors


def _short_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise WireError("a number has too many digits")
    return int(digits)


class _Counter:
    """Counts the items of one value, so that a small file cannot become a huge object."""

    def __init__(self) -> None:
        self.items = 0

    def add(self, depth: int) -> None:
        self.items += 1
        if self.items > MAX_ITEMS:
            raise WireError(f"the value has more than {MAX_ITEMS} items")
        if depth > MAX_DEPTH:
            raise WireError(f"the value is nested more than {MAX_DEPTH} levels deep")


def _pack(value: Any, tensors: dict[str, torch.Tensor], counter: _Counter, depth: int) -> Any:
    counter.add(depth)

    def inner(item: Any) -> Any:
        return _pack(item, tensors, counter, depth + 1)

    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": repr(float(value))}
    if isinstance(value, torch.Tensor):
        name = str(len(tensors))
        tensors[name] = _plain_tensor(value)
        return {"tensor": name}
    if isinstance(value, list):
        return [inner(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [inner(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[inner(key), inner(item)] for key, item in value.items()]}
    if isinstance(value, Ref):
        return {"ref": value.number}
    if isinstance(value, Opaque):
        return {"opaque": value.type_name}
    return {"opaque": type(value).__name__}


def _unpack(packed: Any, tensors: dict[str, torch.Tensor], counter: _Counter, depth: int) -> Any:
    counter.add(depth)

    def inner(item: Any) -> Any:
        return _unpack(item, tensors, counter, depth + 1)

    if packed is None or isinstance(packed, (bool, str, int, float)):
        return packed
    if isinstance(packed, list):
        return [inner(item) for item in packed]
    ((tag, content),) = packed.items()
    if tag == "tensor":
        return tensors[content]
    if tag == "float":
        return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[content]
    if tag == "tuple":
        return tuple(inner(item) for item in content)
    if tag == "dict":
        return {inner(key): inner(item) for key, item in content}
    if tag == "ref":
        return Ref(int(content))
    if tag == "opaque":
        return Opaque(str(content)[:80])
    raise WireError(f"unknown tag {tag!r}")


def _plain_tensor(value: torch.Tensor) -> torch.Tensor:
    """An independent, dense copy in main memory, whatever tensor was given."""
    tensor = value.detach()
    if tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    if tensor.dtype not in _DTYPES:
        raise WireError(f"a tensor of {tensor.dtype} does not cross")
    if tensor.numel() * tensor.element_size() > MAX_BYTES:
        raise WireError(f"a tensor takes more than {MAX_BYTES >> 20} MiB")
    # clone: safetensors refuses tensors that share memory, as views of one storage do
    return tensor.as_subclass(torch.Tensor).cpu().resolve_conj().clone().contiguous()
