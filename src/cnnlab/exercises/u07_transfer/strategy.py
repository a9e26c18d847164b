"""How to begin, from two questions about one's data."""

from __future__ import annotations

from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode
from cnnlab.reference import transfer as ours

CHOOSE_STRATEGY = Exercise("choose_strategy", {"choose_strategy": ours.choose_strategy})


@CHOOSE_STRATEGY.mistake(
    "boundary_is_small",
    "Small means *below* `small_below`. At exactly that number the data count as large.",
)
def _(images_per_class, similar, small_below=500):
    return ours.choose_strategy(images_per_class, similar, small_below + 1)


@CHOOSE_STRATEGY.mistake(
    "limit_ignored",
    "You compare with 500, whatever `small_below` says. 500 is only its default.",
)
def _(images_per_class, similar, small_below=500):
    return ours.choose_strategy(images_per_class, similar)


@CHOOSE_STRATEGY.mistake(
    "different_means_scratch",
    "For little data unlike the source you begin from scratch. Little data is the worst start for "
    "that: even unlike images share edges and corners with the source.",
)
def _(images_per_class, similar, small_below=500):
    if not similar:
        return "fine_tune_all_or_scratch"
    return ours.choose_strategy(images_per_class, similar, small_below)


@CHOOSE_STRATEGY.mistake(
    "only_size_counts",
    "Your answer does not depend on whether the data are similar.",
)
def _(images_per_class, similar, small_below=500):
    return "features" if images_per_class < small_below else "fine_tune_all"


@CHOOSE_STRATEGY.mistake(
    "sizes_swapped",
    "You treat little data as much, and much as little. The fewer images, the fewer parameters "
    "they can teach.",
)
def _(images_per_class, similar, small_below=500):
    enough = images_per_class >= small_below
    return ours.choose_strategy(0 if enough else small_below, similar, small_below)


@CHOOSE_STRATEGY.mistake(
    "similarity_swapped",
    "You treat similar data as different. The more alike source and target are, the more of the "
    "network can be used as it is.",
)
def _(images_per_class, similar, small_below=500):
    return ours.choose_strategy(images_per_class, not similar, small_below)


@CHOOSE_STRATEGY.mistake(
    "only_similarity_counts",
    "Your answer does not depend on how many images there are.",
)
def _(images_per_class, similar, small_below=500):
    return "features" if similar else "fine_tune_all_or_scratch"


@CHOOSE_STRATEGY.visible("little data")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, CHOOSE_STRATEGY, 40, True)
    agree(learner, CHOOSE_STRATEGY, 40, False)


@CHOOSE_STRATEGY.visible("much data")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, CHOOSE_STRATEGY, 9000, True)
    agree(learner, CHOOSE_STRATEGY, 9000, False)


@CHOOSE_STRATEGY.visible("where little data ends")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, CHOOSE_STRATEGY, 500, True)
    agree(learner, CHOOSE_STRATEGY, 150, False, small_below=100)
    agree(learner, CHOOSE_STRATEGY, 150, True, small_below=200)
