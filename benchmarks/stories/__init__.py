"""The experiments of the lessons: what is compared, how it is run, recorded and judged.

Read in this order: `story` (what an experiment is), `training` (one run), `degradation`,
`normalisation`, `ladder`, `vgg`, `regularisers`, `transfer` and `pointing` (the experiments),
`records` (what was measured, on disk), `judging` (does the expected order hold?), `page` (tables).
"""

from stories import degradation, ladder, normalisation, pointing, regularisers, transfer, vgg
from stories.story import Story

STORIES: dict[str, Story] = {
    story.name: story
    for story in (
        ladder.STORY,
        vgg.STORY,
        degradation.STORY,
        normalisation.STORY,
        regularisers.STORY,
        transfer.STORY,
        pointing.STORY,
    )
}

__all__ = ["STORIES", "Story"]
