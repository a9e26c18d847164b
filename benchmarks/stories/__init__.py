"""The experiments of the lessons: what is run, recorded, and said of it.

Read in this order: `story` (what an experiment is), `learning_rates` (an example of one),
`records` (what was measured, on disk), `page` (tables, and how often a lesson's words hold).
"""

from stories import (
    deeper_vgg,
    degradation,
    early_stopping,
    gradients,
    learning_rates,
    lenet,
    moved_digits,
    nonlinearities,
    pointing,
    recorded_longer,
    sanity,
    silhouettes,
    small_filters,
    tops,
)
from stories.story import Story

STORIES: dict[str, Story] = {
    story.name: story
    for story in (
        moved_digits.STORY,
        lenet.STORY,
        nonlinearities.STORY,
        small_filters.STORY,
        deeper_vgg.STORY,
        learning_rates.STORY,
        degradation.STORY,
        gradients.STORY,
        *recorded_longer.STORIES,
        early_stopping.STORY,
        silhouettes.STORY,
        tops.STORY,
        pointing.STORY,
        sanity.STORY,
    )
}

__all__ = ["STORIES", "Story"]
