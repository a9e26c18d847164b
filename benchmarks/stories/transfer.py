"""Transfer: the methods of `transfer_table.py`, run one by one and recorded like the others."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

import transfer_table as table

from cnnlab import data, models
from cnnlab.data.shapes import FAMILIES
from cnnlab.training import evaluate
from stories.story import Claim, Outcome, Setting, Story
from stories.training import outcome

TARGET = FAMILIES[table.TARGET]
SCRATCH = "from scratch"
UNTRAINED = "untrained frozen, linear head"
FROZEN = "pretrained frozen, linear head"
LAST_STAGE = "pretrained, last stage and head"

# What unit 7 has time for: fewer rounds, and no fine-tuning of all layers.
LESSON_METHODS = (SCRATCH, UNTRAINED, FROZEN, LAST_STAGE)
LESSON_EPOCHS = {25: 16, 100: 6, 500: 3}


def _row(method: str, count: int) -> str:
    return f"{method}, {count} a class"


def _rows(methods: Iterable[str], epochs: Mapping[int, int]) -> dict[str, Setting]:
    rates = {"scratch": table.SCRATCH_LR, "head": table.HEAD_LR, "backbone": table.BACKBONE_LR}
    return {
        _row(method, count): Setting(
            network=method,
            options={"backbone": table.BACKBONE, "per_class": count, "rates": rates},
            images=count * len(TARGET.class_names),
            side=32,
            epochs=epochs[count],
            batch_size=table.BATCH,
            lr=table.SCRATCH_LR if method == SCRATCH else table.HEAD_LR,
            test_images=TARGET.n_test,
            data=TARGET.name,
        )
        for count in epochs
        for method in methods
    }


def train(setting: Setting, seed: int) -> Outcome:
    """Train by one method on some pictures of every class."""
    target = data.load(setting.data)
    card = models.card(setting.options["backbone"])
    task = table.Task(
        train=target.train.per_class(setting.options["per_class"], seed=seed),
        test=target.test,
        normalize=(card.mean, card.std),
        epochs=setting.epochs,
        seed=seed,
    )
    started = time.process_time()
    model = table.METHODS[setting.network](task)
    seconds = time.process_time() - started
    learned, tested = (evaluate(model, task.batches(part)) for part in (task.train, task.test))
    return outcome(model, learned, tested, seconds, "all epochs done", finished=True)


def _claims() -> tuple[Claim, ...]:
    counts = sorted({*LESSON_EPOCHS, *table.EPOCHS})
    fewest, everything = counts[0], counts[-1]
    claims = [
        Claim(_row(better, count), _row(worse, count))
        for count in counts
        for better in (FROZEN, LAST_STAGE)
        for worse in (SCRATCH, UNTRAINED)
    ]
    claims += [
        Claim(_row(tuned, everything), _row(FROZEN, everything))
        for tuned in (LAST_STAGE, "pretrained, all layers")
    ]
    # A few pictures a class with pretrained features beat twenty times as many without.
    claims.append(Claim(_row(FROZEN, fewest), _row(SCRATCH, everything)))
    return tuple(claims)


STORY = Story(
    name="transfer",
    title="Transfer to three unseen silhouettes",
    about=(
        "The shipped backbone on three silhouettes it has never seen, drawn by the renderer it "
        "knows; no augmentation. Learning rates: "
        f"{table.SCRATCH_LR} from scratch, {table.HEAD_LR} for heads, {table.BACKBONE_LR} for "
        "pretrained layers. Features of frozen layers are computed once."
    ),
    rows={
        "lesson": _rows(LESSON_METHODS, LESSON_EPOCHS),
        "full": _rows(table.METHODS, table.EPOCHS),
    },
    claims=_claims(),
    train=train,
)
