"""Transfer: the methods of `transfer_table.py`, run one by one and recorded like the others."""

from __future__ import annotations

import time

import transfer_table as table

from cnnlab import data, models
from cnnlab.data.shapes import FAMILIES
from cnnlab.training import evaluate
from stories.story import Claim, Outcome, Setting, Story
from stories.training import outcome

TARGET = FAMILIES[table.TARGET]
FEW, ALL = 50, 500


def _row(method: str, count: int) -> str:
    return f"{method}, {count} a class"


def _rows(counts: list[int]) -> dict[str, Setting]:
    rates = {"scratch": table.SCRATCH_LR, "head": table.HEAD_LR, "backbone": table.BACKBONE_LR}
    return {
        _row(method, count): Setting(
            network=method,
            options={"backbone": table.BACKBONE, "per_class": count, "rates": rates},
            images=count * len(TARGET.class_names),
            side=32,
            epochs=table.EPOCHS[count],
            batch_size=table.BATCH,
            lr=table.SCRATCH_LR if method == "from scratch" else table.HEAD_LR,
            test_images=TARGET.n_test,
            data=TARGET.name,
        )
        for count in counts
        for method in table.METHODS
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
    frozen = "pretrained frozen, linear head"
    claims = [
        Claim(_row(frozen, count), _row(worse, count))
        for count in table.EPOCHS
        for worse in ("from scratch", "untrained frozen, linear head")
    ]
    claims += [
        Claim(_row(tuned, ALL), _row(frozen, ALL))
        for tuned in ("pretrained, last stage and head", "pretrained, all layers")
    ]
    # Fifty pictures a class with pretrained features beat ten times as many without.
    claims.append(Claim(_row(frozen, FEW), _row("from scratch", ALL)))
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
    rows={"lesson": _rows([FEW]), "full": _rows(list(table.EPOCHS))},
    claims=_claims(),
    train=train,
)
