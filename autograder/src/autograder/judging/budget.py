"""What one submission may take: for its cells, for questions, and for second opinions."""

from __future__ import annotations

import time

from autograder.kernels.limits import Limits

# A kernel that ends without an explanation may have been ended from outside, say for want of
# memory on a full machine. So often nothing that ran in it is held to be at fault.
FORGIVEN_AT_MOST = 3


class Budget:
    """What is left of a submission's time and second tries, in all kernels that it is given."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._until = time.monotonic() + limits.seconds_for_all
        self._left_for_cells = limits.seconds_for_cells
        self._forgiven = 0

    @property
    def left(self) -> float:
        return self._until - time.monotonic()

    def for_a_cell(self) -> float:
        return min(self.limits.seconds_per_cell, self._left_for_cells, self.left)

    def spend_on_cells(self, seconds: float) -> None:
        self._left_for_cells -= seconds

    def for_a_question(self) -> float:
        return min(self.limits.seconds_per_question, self.left)

    def begin_second_opinions(self) -> None:
        """From here on, little time is left, whatever a submission does."""
        end = time.monotonic() + self.limits.seconds_for_second_opinions
        self._until = min(self._until, end)

    def may_try_again(self) -> bool:
        """Whether another unexplained end is forgiven; each time counts."""
        self._forgiven += 1
        return self._forgiven <= FORGIVEN_AT_MOST
