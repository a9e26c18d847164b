"""The one family of errors that cnnlab raises on purpose."""

from __future__ import annotations


class CnnlabError(Exception):
    """Something a person can mend: the message says what happened, where, why, and what next."""


class UnknownNameError(CnnlabError):
    """A name was asked for that does not exist; the message lists the ones that do."""

    def __init__(self, kind: str, name: str, known: list[str], advice: str = "") -> None:
        from difflib import get_close_matches

        close = get_close_matches(name, known, n=1, cutoff=0.5)
        guess = f" Did you mean {close[0]!r}?" if close else ""
        listing = ", ".join(known) if known else "none"
        super().__init__(
            f"There is no {kind} called {name!r}.{guess} Known: {listing}."
            + (f" {advice}" if advice else "")
        )
        self.name = name
        self.known = known
