"""How long a submission may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Wall-clock limits of one submission, in seconds."""

    seconds_per_cell: float = 30.0
    seconds_for_cells: float = 120.0
    seconds_per_question: float = 10.0
