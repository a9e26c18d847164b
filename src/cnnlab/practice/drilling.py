"""The drill: twelve questions with numbers of the learner's own, which can be graded again."""

from __future__ import annotations

import unicodedata

from cnnlab.errors import CnnlabError
from cnnlab.practice.collection import find_kind
from cnnlab.practice.question import Question

EDITION = "1"
"""Part of the key: a new edition gives every learner new numbers."""

KINDS = (
    "conv_shape",
    "flat_length",
    "small_cnn_parameters",
    "field_chain",
    "loss_of_logits",
    "batch_norm_by_hand",
    "residual_parameters",
    "cosine_rate",
    "smoothed_target",
    "adam_first_step",
    "quantised_value",
    "group_norm_by_hand",
)


def drill(learner_id: str) -> list[Question]:
    """Twelve questions whose numbers follow from the learner's id, the same ones every time.

    All learners get the same kinds of question, so all drills are equally hard. Capital letters,
    and spaces around the id, make no difference.

    >>> mine, theirs = drill("ada"), drill("grace")
    >>> [question.kind for question in mine] == [question.kind for question in theirs]
    True
    >>> mine[2].text == drill(" Ada ")[2].text, mine[2].text == theirs[2].text
    (True, False)
    """
    key = unicodedata.normalize("NFC", str(learner_id)).strip().casefold()
    if not key:
        raise CnnlabError(
            "The drill needs your id, because its numbers depend on it. Type for instance: "
            'practice.drill("ada.lovelace")'
        )
    return [find_kind(name).question("drill", EDITION, key) for name in KINDS]
