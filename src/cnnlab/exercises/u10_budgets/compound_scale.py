"""`compound_scale`: depth, width and resolution that grow together, and what that costs."""

from __future__ import annotations

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode

Scaled = tuple[float, float, float, float]


def compound_scale(
    phi: float, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15
) -> Scaled:
    """Factors for depth, width and resolution at φ, and the factor of the multiply-adds."""
    depth, width, resolution = alpha**phi, beta**phi, gamma**phi
    return depth, width, resolution, depth * width**2 * resolution**2


exercise = Exercise("compound_scale", {"compound_scale": compound_scale})


@exercise.mistake(
    "times_phi",
    "φ is an exponent: each step of φ multiplies by α, β and γ once more. You multiply by φ.",
)
def _(phi: float, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15) -> Scaled:
    depth, width, resolution = alpha * phi, beta * phi, gamma * phi
    return depth, width, resolution, depth * width**2 * resolution**2


@exercise.mistake(
    "cost_without_squares",
    "Twice the width has four times the weights in a layer (inputs and outputs both double), and "
    "twice the resolution four times the positions: width and resolution count squared.",
)
def _(phi: float, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15) -> Scaled:
    depth, width, resolution, _ = compound_scale(phi, alpha, beta, gamma)
    return depth, width, resolution, depth * width * resolution


@exercise.mistake(
    "everything_squared",
    "Twice the depth has twice the layers, and so twice the cost: depth isn't squared.",
)
def _(phi: float, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15) -> Scaled:
    depth, width, resolution, _ = compound_scale(phi, alpha, beta, gamma)
    return depth, width, resolution, (depth * width * resolution) ** 2


@exercise.mistake(
    "cost_of_one_step",
    "Your last number is α·β²·γ², the cost of a single step of φ. Raise it to the power φ.",
)
def _(phi: float, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15) -> Scaled:
    depth, width, resolution, _ = compound_scale(phi, alpha, beta, gamma)
    return depth, width, resolution, alpha * beta**2 * gamma**2


@exercise.mistake(
    "cost_is_two_to_the_phi",
    "α·β²·γ² is only about 2: return the exact product, not 2^φ.",
)
def _(phi: float, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15) -> Scaled:
    return (*compound_scale(phi, alpha, beta, gamma)[:3], 2.0**phi)


@exercise.mistake(
    "width_first",
    "The order is depth, width, resolution: α belongs to depth, β to width, γ to resolution.",
)
def _(phi: float, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15) -> Scaled:
    depth, width, resolution, cost = compound_scale(phi, alpha, beta, gamma)
    return width, depth, resolution, cost


@exercise.mistake(
    "coefficients_ignored", "You use 1.2, 1.1 and 1.15 even when other numbers are given."
)
def _(phi: float, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15) -> Scaled:
    return compound_scale(phi)


@exercise.visible("one step, and three")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 1)
    agree(learner, exercise, 3)


@exercise.visible("other coefficients, and a step down")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, 2, 1.5, 1.25, 1.0)
    agree(learner, exercise, -1.5, alpha=1.3, beta=1.0, gamma=1.2)
