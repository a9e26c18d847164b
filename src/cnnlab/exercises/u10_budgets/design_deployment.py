"""`design_deployment`: the learner's own plan for a network in 8,000 bytes."""

from __future__ import annotations

from typing import Any

from cnnlab.check.compare import Wrong
from cnnlab.check.design import Brief, DesignTask, OneOf, Recipe, RecipeTrial, Within
from cnnlab.check.exercise import Exercise
from cnnlab.deployment_plans import carry_out, multiply_adds, size_in_bytes
from cnnlab.exercises._clothes import practice_on_clothes

TRAINING_IMAGES = 6_000
LIMITS = {"bytes": 8_000, "multiply-adds": 400_000}
FIELDS: dict[str, Within | OneOf] = {
    "depth": Within(1, 4, whole=True),
    "width": Within(2, 48, whole=True),
    "growth": Within(0.5, 3),
    "resolution": Within(8, 28, whole=True),
    "weight_bits": Within(2, 8, whole=True),
    "scales": OneOf(("channel", "tensor")),
}

BRIEF = Brief(
    measured="of unseen clothes right",
    baseline="8 bits at 28 pixels (the worst of ten trainings)",
    baseline_score=0.77,
    steps={0.65: 3, 0.76: 4, 0.80: 4, 0.815: 3},
    limits=LIMITS,
    points_for_limits=2,
)


def our_design() -> dict[str, Any]:
    """Two layers a stage on small images, with 6-bit weights."""
    return {
        "depth": 2,
        "width": 14,
        "growth": 1.0,
        "resolution": 14,
        "weight_bits": 6,
        "scales": "channel",
    }


def within_limits(plan: Recipe) -> str:
    """Refuses a plan over budget; says in words what it takes."""
    counts = {"bytes": size_in_bytes(plan), "multiply-adds": multiply_adds(plan)}
    for name, limit in LIMITS.items():
        if counts[name] > limit:
            raise Wrong(
                f"too_many_{name.replace('-', '_')}",
                f"The plan takes {counts[name]:,} {name}; the limit is {limit:,}.",
            )
    return ", ".join(f"{counts[name]:,} of {limit:,} {name}" for name, limit in LIMITS.items())


PRACTICE = practice_on_clothes(TRAINING_IMAGES, held_out=1_000)
TASK = DesignTask(BRIEF, RecipeTrial(FIELDS, carry_out, within_limits), PRACTICE)
exercise = Exercise("design_deployment", {"design": our_design})
TASK.add_visible(exercise)
