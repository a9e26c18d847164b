"""Where a warm parent and its kernels meet: a folder with a name short enough for its sockets."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from autograder.errors import InfrastructureError

# What Linux lets the address of a Unix socket be long, in bytes, less its closing zero.
_LONGEST_ADDRESS = 107
_BELOW = len("/cnnlab-01234567/01234567/sockets/s-5")
_USUAL = "/tmp"


def new_folder() -> Path:
    """A new folder of ours alone: in TMPDIR, or in /tmp where TMPDIR has too long a name."""
    for place in (tempfile.gettempdir(), _USUAL):
        if len(os.fsencode(place)) + _BELOW <= _LONGEST_ADDRESS and os.access(place, os.W_OK):
            return Path(tempfile.mkdtemp(prefix="cnnlab-", dir=place))
    raise InfrastructureError(
        f"The folder for temporary files, {tempfile.gettempdir()}, has too long a name for the "
        f"sockets of kernels, and {_USUAL} may not be written to. Set TMPDIR to a folder whose "
        f"path has at most {_LONGEST_ADDRESS - _BELOW} bytes."
    )
