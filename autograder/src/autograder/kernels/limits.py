"""How long a submission may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; seconds are those of the clock on the wall."""

    seconds_per_cell: float = 30.0
    seconds_for_cells: float = 120.0
    seconds_per_question: float = 10.0
    # For cells, questions and second opinions together, in all kernels.
    seconds_for_all: float = 300.0
    # Of that, for second opinions.
    seconds_for_second_opinions: float = 90.0
    # Checks of one exercise that may run out of time before the rest is not asked.
    late_checks: int = 2
