"""How many pictures the generator draws in a second of one core's time.

python benchmarks/generator_speed.py [-n 7] [--images 6000] [--save]
"""

from __future__ import annotations

import time

import torch
from measuring import arguments, finish, section, spread

from cnnlab.data.shapes import FAMILIES, generate


def rates(family: str, image_size: int, images: int, rounds: int) -> list[float]:
    """Images a second of processor time, one number a round, after one to warm up.

    Processor time, not time on the wall: on a busy machine the wall clock measures the others.
    """
    generate(FAMILIES[family], "train", 480, image_size=image_size)
    measured = []
    for number in range(rounds):
        start = time.process_time()
        generate(FAMILIES[family], "train", images, seed=number, image_size=image_size)
        measured.append(images / (time.process_time() - start))
    return measured


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], rounds=7)
    parser.add_argument("--images", type=int, default=6000)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    cases = [*((name, 32) for name in FAMILIES), ("shapes10", 16), ("shapes10", 64)]
    rows = [
        {
            "family": family,
            "side": size,
            "thousand images / s": spread(
                [rate / 1000 for rate in rates(family, size, options.images, options.rounds)]
            ),
        }
        for family, size in cases
    ]
    found = section(
        "Drawing pictures",
        f"{options.images:,} images at a time; images a second of one core's processor time.",
        rows,
        options.rounds,
    )
    finish("generator_speed", found, options.save)


if __name__ == "__main__":
    main()
