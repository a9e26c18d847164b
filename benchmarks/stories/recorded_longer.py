"""Units 05 and 06: the recordings that the lessons show, continued with more seeds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import recorded_runs
from recorded_runs import EXPERIMENTS

from cnnlab import recorded
from stories.story import Found, Run, Statement, Story

COLUMNS = {
    "train_loss": "training loss",
    "train": "training images, %",
    "test": "test images, %",
}


def _figures(row: str, run: recorded_runs.Measured) -> Found:
    return {row: {name: run[name] for name in COLUMNS}}


def _again(seed: int, experiment: str, row: str) -> Found:
    return _figures(row, EXPERIMENTS[experiment][1][row](seed))


def _runs(experiment: str) -> dict[str, Run]:
    return {
        row: partial(_again, experiment=experiment, row=row) for row in EXPERIMENTS[experiment][1]
    }


def _known(experiment: str) -> Callable[[], dict[str, list[Found]]]:
    def known() -> dict[str, list[Found]]:
        rows = recorded.load(experiment).rows
        return {row: [_figures(row, run) for run in runs] for row, runs in rows.items()}

    return known


def _story(
    experiment: str, unit: str, title: str, about: str, statements: tuple[Statement, ...]
) -> Story:
    return Story(
        name=experiment,
        unit=unit,
        title=title,
        about=f"{about} {EXPERIMENTS[experiment][0]}.",
        columns=COLUMNS,
        runs=_runs(experiment),
        statements=statements,
        same=(f'recorded.load("{experiment}")',),
        known=_known(experiment),
    )


def ahead(found: Found, one: str, other: str) -> float:
    """By how many points the first has the higher test accuracy."""
    return found[one]["test"] - found[other]["test"]


def _highest_and_lowest(found: Found) -> bool:
    in_order = sorted(found, key=lambda row: found[row]["train_loss"])
    return (in_order[0], in_order[-1]) == ("residual-26", "plain-26")


LONG_RUNS = _story(
    "long_runs",
    "05_resnet",
    "Unit 05: longer runs",
    "Three times as many epochs, and plain-26 also at a lower rate.",
    (
        Statement(
            "The residual network has the lowest training loss at the same depth at which the "
            "plain one has the highest.",
            "of the four losses",
            _highest_and_lowest,
        ),
        Statement(
            "A lower rate helps the plain one to fit, but it doesn't catch up",
            "its training loss at 0.03 is lower than at 0.1 and higher than that of residual-26",
            lambda found: (
                found["plain-26"]["train_loss"]
                > found["plain-26, rate 0.03"]["train_loss"]
                > found["residual-26"]["train_loss"]
            ),
        ),
        Statement(
            "on new images it gains nothing",
            "at 0.03 it isn't ahead of 0.1 on the test images",
            lambda found: ahead(found, "plain-26, rate 0.03", "plain-26") <= 0,
        ),
        Statement(
            "There the deep plain network stays behind 8 layers, and the residual one is only a "
            "little ahead of them.",
            "on the test images plain-26 is behind plain-8, and residual-26 ahead by at most 2 "
            "points",
            lambda found: (
                ahead(found, "plain-26", "plain-8") < 0
                and 0 < ahead(found, "residual-26", "plain-8") <= 2
            ),
        ),
    ),
)

LADDER = _story(
    "ladder",
    "06_training",
    "Unit 06: the ladder",
    "One recipe, line by line. A seed draws other images, too.",
    (
        Statement(
            "We start with one number, the accuracy on new images, and raise it line by line.",
            "every line is ahead of the one before it on the test images",
            lambda found: all(
                ahead(found, line, before) > 0
                for before, line in zip(found, list(found)[1:], strict=False)
            ),
        ),
        Statement(
            "after 20 epochs the network gets more than 70 % of its 2,000 training images right",
            "by plain SGD",
            lambda found: found["plain SGD"]["train"] > 70,
        ),
        Statement(
            "decay didn't lower it, but raised it",
            "training accuracy, with weight decay added",
            lambda found: found["+ weight decay"]["train"] > found["+ crop and flip"]["train"],
        ),
        Statement(
            "the network no longer knows its images by heart",
            "with crops, less than 95 % of the training images are right",
            lambda found: found["+ crop and flip"]["train"] < 95,
        ),
    ),
)

OPTIMISERS = _story(
    "optimisers",
    "06_training",
    "Unit 06: optimisers and their rates",
    "The same network, with crops, flips and the schedule. A seed draws other images, too.",
    (
        Statement(
            "plain SGD at ten times the rate is just as good",
            "SGD at 1 is less than a point behind momentum at 0.1",
            lambda found: ahead(found, "SGD, rate 1", "momentum 0.9, rate 0.1") > -1,
        ),
        Statement(
            "Every optimiser has rates that suit it and rates that don't, Adam too",
            "the better of two rates of SGD, momentum and Adam leads the other by more than 5 "
            "points",
            lambda found: (
                ahead(found, "SGD, rate 1", "SGD, rate 0.1") > 5
                and ahead(found, "momentum 0.9, rate 0.1", "momentum 0.9, rate 0.01") > 5
                and ahead(found, "Adam, rate 0.01", "Adam, rate 0.001") > 5
            ),
        ),
        Statement(
            "the two lines at 0.3 show what it's worth here",
            "the warm-up is worth something at 0.3",
            lambda found: ahead(found, "momentum 0.9, rate 0.3", "the same without warm-up") > 0,
        ),
    ),
)

ALONE = _story(
    "alone",
    "06_training",
    "Unit 06: regularisers, each alone",
    "Each one added alone to momentum and the schedule, and all at once. A seed draws other "
    "images, too.",
    (
        Statement(
            "Crops with flips and weight decay help here too",
            "both are ahead of nothing on the test images",
            lambda found: (
                min(ahead(found, row, "nothing") for row in ("crop and flip", "weight decay")) > 0
            ),
        ),
        Statement(
            "Nor do mean-coloured holes.",
            "less than a point",
            lambda found: abs(ahead(found, "mean-coloured holes", "nothing")) < 1,
            on_average=True,
        ),
        Statement(
            "Mixup makes no clear difference.",
            "less than a point",
            lambda found: abs(ahead(found, "mixup", "nothing")) < 1,
            on_average=True,
        ),
        Statement(
            "Label smoothing and black holes *cost* accuracy, and so does everything at once",
            "all three are behind nothing",
            lambda found: (
                max(
                    ahead(found, row, "nothing")
                    for row in ("label smoothing", "black holes", "all five at once")
                )
                < 0
            ),
        ),
        Statement(
            "the network doesn't even learn its training images in 20 epochs",
            "with everything at once, less than 60 % of them are right",
            lambda found: found["all five at once"]["train"] < 60,
        ),
    ),
)

CLOTHES = _story(
    "clothes",
    "06_training",
    "Unit 06: the same ladder on clothes",
    "A small network of three strided convolutions. A seed draws other training images, too.",
    (
        Statement(
            "The lines differ by about a point, less than the seeds do.",
            "the means of the best and the worst line differ by less than 2 points",
            lambda found: (
                max(r["test"] for r in found.values()) - min(r["test"] for r in found.values()) < 2
            ),
            on_average=True,
        ),
    ),
)

STORIES = (LONG_RUNS, LADDER, OPTIMISERS, ALONE, CLOTHES)
