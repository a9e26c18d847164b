"""Numbers are printed as people read them."""

import numpy as np
import pytest
import torch

from cnnlab.readable import readable


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (154_140_672, "154,140,672 (about 154 million)"),
        (154_000_000, "154,000,000 (154 million)"),
        (154_140_672.0, "154,140,672 (about 154 million)"),
        (-2_500_000, "-2,500,000 (-2.5 million)"),
        (3_900_000_000, "3,900,000,000 (3.9 billion)"),
        (999_999_999, "999,999,999 (about 1 billion)"),
        (61_706, "61,706"),
        (0.15051234, "0.1505"),
        (0.5, "0.5"),
        (12345.678, "12,345.7"),
        (2.2e-17, "2.2e-17"),
        (1.2e40, "1.2e+40"),
        (float("inf"), "inf"),
        (True, "True"),
        ("plain", "plain"),
        ((4, 4), "(4, 4)"),
        (torch.tensor(3), "3"),
        (np.float64(0.25), "0.25"),
        (torch.Size([4, 4]), "(4, 4)"),
    ],
)
def test_readable(value, shown):
    assert readable(value) == shown
