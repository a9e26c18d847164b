"""The error that every part of `cnnlab.data` raises on purpose."""

from __future__ import annotations

from cnnlab.errors import CnnlabError


class DataError(CnnlabError):
    """The data cannot be had or used as asked; the message says what to do instead."""
