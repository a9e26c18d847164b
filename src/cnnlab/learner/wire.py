"""Plain data as bytes: what may cross the border between a learner's process and ours.

Numbers, strings, lists, tuples, dictionaries, NumPy's arrays and torch's tensors may cross; objects
may not. JSON carries the structure and safetensors the arrays, so reading bytes can never run code,
whoever wrote them. torch is needed only where a tensor crosses.
"""

from __future__ import annotations

import json
import math
import struct
import sys
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from safetensors.numpy import load as arrays_from_bytes
from safetensors.numpy import save as arrays_to_bytes

MAX_BYTES = 64 * 2**20
# A few bytes of JSON, or of a header of arrays, become an object of many: these have limits of
# their own.
MAX_TEXT_BYTES = 8 * 2**20
MAX_HEADER_BYTES = 2 * 2**20
MAX_DIGITS = 1000
_MAX_BITS = math.ceil(MAX_DIGITS * math.log2(10))
MAX_DEPTH = 20
MAX_ITEMS = 200_000

# What we compute with; comparing others would fail in places that nobody expects.
_TENSOR_KINDS = {
    "bool",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "float16",
    "float32",
    "float64",
}
_ARRAY_KINDS = _TENSOR_KINDS | {"uint16", "uint32", "uint64"}
_KINDS_THAT_CROSS = _TENSOR_KINDS | {"bfloat16"}


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
    packing = _Packing()
    text = _JSON_WRITER.encode(packing.pack(value, 0)).encode()
    if len(text) > MAX_TEXT_BYTES:
        raise WireError(f"the value without its arrays takes more than {MAX_TEXT_BYTES >> 20} MiB")
    blob = arrays_to_bytes(packing.arrays) if packing.arrays else b""
    if 8 + len(text) + len(blob) > MAX_BYTES:
        raise WireError(f"the value takes more than {MAX_BYTES >> 20} MiB")
    return struct.pack("<Q", len(text)) + text + blob


def decode(data: bytes, trusted: bool = True) -> Any:
    """The value in `data`. In strings that are not trusted, control characters are made visible."""
    if len(data) > MAX_BYTES:
        raise WireError(f"the reply takes more than {MAX_BYTES >> 20} MiB")
    try:
        (size,) = struct.unpack_from("<Q", data)
        if size > MAX_TEXT_BYTES:
            raise WireError("the reply has too much text")
        packed = _JSON_READER.decode(data[8 : 8 + size].decode("utf-8", "surrogatepass"))
        return _Unpacking(_read_arrays(data[8 + size :]), trusted).unpack(packed, 0)
    except WireError:
        raise
    except Exception as problem:  # anything at all can be in bytes from another process
        raise WireError(f"the reply is not plain data ({type(problem).__name__})") from None


def carried(value: Any, trusted: bool = True) -> Any:
    """What `decode` makes of `encode(value)`: a copy, for two sides that are in one process."""
    packing = _Packing()
    packed = packing.pack(value, 0)
    copies = {name: array.copy() for name, array in packing.arrays.items()}
    return _Unpacking(copies, trusted).unpack(packed, 0)


def visible(text: str, allowed: str = "") -> str:
    """`text` with its control characters, which a terminal would obey, written as escapes.

    So are surrogates, which cannot be printed, and signs that change the direction of writing.
    """
    if text.isprintable():
        return text
    return "".join(
        sign if sign in allowed or unicodedata.category(sign) not in _INVISIBLE else _escaped(sign)
        for sign in text
    )


_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape", "surrogatepass").decode("ascii")


def is_tensor(value: Any) -> bool:
    """Whether `value` is a tensor of torch's, without importing torch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _read_arrays(blob: bytes) -> dict[str, np.ndarray]:
    if not blob:
        return {}
    (header_size,) = struct.unpack_from("<Q", blob)
    if header_size > MAX_HEADER_BYTES:
        raise WireError("the reply has too many arrays")
    arrays = arrays_from_bytes(blob)
    for array in arrays.values():
        _expect_kind(array, _ARRAY_KINDS)
    return arrays


def _short_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise WireError("a number has too many digits")
    return int(digits)


# Made once: checks ask thousands of questions.
_JSON_WRITER = json.JSONEncoder(allow_nan=False)
_JSON_READER = json.JSONDecoder(parse_int=_short_int)


@dataclass
class _Counter:
    """Counts the items of one value, so that a small file cannot become a huge object."""

    items: int = 0

    def add(self, depth: int) -> None:
        self.items += 1
        if self.items > MAX_ITEMS:
            raise WireError(f"the value has more than {MAX_ITEMS} items")
        if depth > MAX_DEPTH:
            raise WireError(f"the value is nested more than {MAX_DEPTH} levels deep")


@dataclass
class _Packing(_Counter):
    """Makes what JSON can hold of one value, and collects its arrays."""

    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    def pack(self, value: Any, depth: int) -> Any:
        self.add(depth)
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, int):
            if value.bit_length() > _MAX_BITS:
                raise WireError("a number has too many digits")
            return int(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else {"float": repr(float(value))}
        if isinstance(value, list):
            return [self.pack(item, depth + 1) for item in value]
        if isinstance(value, tuple):
            return {"tuple": [self.pack(item, depth + 1) for item in value]}
        if isinstance(value, dict):
            items = [[self.pack(k, depth + 1), self.pack(v, depth + 1)] for k, v in value.items()]
            return {"dict": items}
        if isinstance(value, np.ndarray):
            return {"array": self._keep(_plain_array(value))}
        if is_tensor(value):
            kind, array = _plain_tensor(value)
            return {kind: self._keep(array)}
        if isinstance(value, Ref):
            return {"ref": value.number}
        if isinstance(value, Opaque):
            return {"opaque": value.type_name}
        return {"opaque": type(value).__name__}

    def _keep(self, array: np.ndarray) -> str:
        name = str(len(self.arrays))
        self.arrays[name] = array
        return name


@dataclass
class _Unpacking(_Counter):
    """Makes a value again of what JSON held of it, and of its arrays."""

    def __init__(self, arrays: dict[str, np.ndarray], trusted: bool) -> None:
        super().__init__()
        self._arrays = arrays
        self._trusted = trusted
        self._tensors: dict[tuple[str, str], Any] = {}

    def unpack(self, packed: Any, depth: int) -> Any:
        self.add(depth)
        if isinstance(packed, str):
            return packed if self._trusted else visible(packed, allowed="\n\t")
        if packed is None or isinstance(packed, (bool, int, float)):
            return packed
        if isinstance(packed, list):
            return [self.unpack(item, depth + 1) for item in packed]
        ((tag, content),) = packed.items()
        if tag in ("tensor", "bfloat16"):
            return self._tensor(tag, content)
        if tag == "array":
            return self._arrays[content]
        if tag == "float":
            return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[content]
        if tag == "tuple":
            return tuple(self.unpack(item, depth + 1) for item in content)
        if tag == "dict":
            return {self._key(k, depth + 1): self.unpack(v, depth + 1) for k, v in content}
        if tag == "ref":
            return Ref(int(content))
        if tag == "opaque":
            return Opaque(visible(str(content)[:80]))
        raise WireError(f"unknown tag {tag!r}")

    def _key(self, packed: Any, depth: int) -> Any:
        if isinstance(packed, str) and not self._trusted:
            packed = visible(packed)  # keys are names, which stand in the middle of a message
        return self.unpack(packed, depth)

    def _tensor(self, tag: str, name: str) -> Any:
        if (tag, name) not in self._tensors:
            import torch

            array = self._arrays[name]
            _expect_kind(array, {"int16"} if tag == "bfloat16" else _TENSOR_KINDS)
            tensor = torch.from_numpy(array)
            self._tensors[tag, name] = tensor.view(torch.bfloat16) if tag == "bfloat16" else tensor
        return self._tensors[tag, name]


def _expect_kind(array: np.ndarray, kinds: set[str]) -> None:
    kind = _name_of(array.dtype)
    if kind not in kinds:
        raise WireError(f"an array of {kind} does not cross")


@lru_cache(maxsize=64)
def _name_of(kind: np.dtype) -> str:
    return kind.name  # NumPy puts it together anew each time


def _plain_array(value: np.ndarray) -> np.ndarray:
    """A dense array of the machine's own numbers, whatever subclass was given."""
    _expect_fits(value.nbytes)
    _expect_kind(value, _ARRAY_KINDS)
    return np.asarray(value, dtype=value.dtype.newbyteorder("="), order="C")


def _plain_tensor(value: Any) -> tuple[str, np.ndarray]:
    """Its numbers in main memory, whatever tensor was given, and the tag to send them under."""
    import torch

    tensor = value.detach()
    if tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    kind = str(tensor.dtype).removeprefix("torch.")
    if kind not in _KINDS_THAT_CROSS:
        raise WireError(f"a tensor of {kind} does not cross")
    _expect_fits(tensor.numel() * tensor.element_size())
    tensor = tensor.as_subclass(torch.Tensor).cpu().resolve_conj().resolve_neg().contiguous()
    if kind == "bfloat16":  # NumPy knows none
        return "bfloat16", tensor.view(torch.int16).numpy()
    return "tensor", tensor.numpy()


def _expect_fits(size: int) -> None:
    if size > MAX_BYTES:
        raise WireError(f"an array or a tensor takes more than {MAX_BYTES >> 20} MiB")
