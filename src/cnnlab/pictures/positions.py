"""Every position of a sliding window along one side of an image, drawn in letters."""

from __future__ import annotations


def positions(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> str:
    """A row of pixels (· real, 0 padded), and below it each position where the window fits.

    >>> print(positions(4, 3, stride=2, padding=1))
    size 4, kernel 3, stride 2, padding 1, dilation 1
      0 · · · · 0
      ■ ■ ■
          ■ ■ ■
    """
    length = size + 2 * padding
    lines = [
        f"size {size}, kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}",
        "  " + " ".join("0" * padding + "·" * size + "0" * padding),
    ]
    for start in range(0, length, stride):
        touched = {start + dilation * weight for weight in range(kernel)}
        if max(touched) < length:
            row = " ".join("■" if pixel in touched else " " for pixel in range(length))
            lines.append("  " + row.rstrip())
    return "\n".join(lines)
