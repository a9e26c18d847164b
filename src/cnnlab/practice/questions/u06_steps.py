"""Unit 06: single steps of optimisers and schedules by hand."""

from __future__ import annotations

import math
from typing import Any

import torch

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, near
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import bracketed, listed, num
from cnnlab.training.schedules import warmup_cosine


def run(
    optimizer: type[torch.optim.Optimizer], start: float, grads: list[float], **how: Any
) -> float:
    """Where torch's optimiser takes a single weight."""
    weight = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    steps = optimizer([weight], **how)
    for grad in grads:
        weight.grad = torch.tensor(grad, dtype=torch.float64)
        steps.step()
    return weight.item()


@kind(unit=6, topic="schedules")
def warmup_rate(draw: Draw) -> Question:
    warmup, base = draw.one_of([4, 5, 8, 10, 20, 50]), draw.one_of([0.05, 0.1, 0.2, 0.4, 0.8])
    total = warmup * draw.whole(5, 20)
    step = draw.whole(0, warmup - 2)
    answer = base * warmup_cosine(step, total, warmup)
    return near(
        f"Warm-up and cosine: {total} steps, {warmup} of them warm-up, base rate {num(base)}. In "
        "the warm-up the rate is base·(step + 1)/warmup, and steps count from 0. What is the "
        f"learning rate in step {step}?",
        answer,
        [
            f"Step {step} is one of the {warmup} warm-up steps.",
            f"{num(base)}·({step} + 1)/{warmup} = {num(answer)}.",
        ],
        {
            base * step / warmup: "Steps count from 0, so the first one has (0 + 1)/warmup.",
            base * (step + 1) / total: "The rise ends after the warm-up, not after all steps.",
            base: "The warm-up isn't over yet.",
        },
        warmup=warmup,
        base=base,
        total=total,
        step=step,
    )


@kind(unit=6, topic="schedules")
def cosine_rate(draw: Draw) -> Question:
    warmup, base = draw.one_of([0, 10, 20, 50]), draw.one_of([0.05, 0.1, 0.2, 0.4])
    rest = draw.one_of([60, 120, 180, 240, 300])
    sixth, total = draw.whole(1, 5), warmup + rest
    step = warmup + rest * sixth // 6
    answer = base * warmup_cosine(step, total, warmup)
    part = sixth / 6
    return near(
        f"Warm-up and cosine: {total} steps, the first {warmup} are warm-up, base rate "
        f"{num(base)}. After the warm-up the rate is base·½·(1 + cos(π·(step − warmup)/(total − "
        f"warmup))). What is it in step {step}?",
        answer,
        [
            f"Share of the cosine that is done: ({step} − {warmup})/({total} − {warmup}) = "
            f"{num(part)}.",
            f"cos(π·{num(part)}) = {num(round(math.cos(math.pi * part), 4))} (in radians; "
            f"π is half a turn, 180°).",
            f"{num(base)}·½·(1 + {bracketed(round(math.cos(math.pi * part), 4))}) = {num(answer)}.",
        ],
        {
            base * (1 - part): "That's a straight line. A cosine is flat at both ends.",
            base * 0.5 * (1 + math.cos(math.pi * step / total)): "The cosine begins after the "
            "warm-up.",
            base * 0.5 * (1 + math.cos(math.radians(math.pi * part))): "Your calculator works in "
            "degrees; π·part is in radians.",
        },
        warmup=warmup,
        base=base,
        total=total,
        step=step,
    )


@kind(unit=6, topic="optimisers")
def momentum_steps(draw: Draw) -> Question:
    start, lr = draw.tenths(0.5, 3), draw.one_of([0.1, 0.2, 0.5])
    mu = draw.one_of([0.5, 0.8, 0.9])
    grads = [draw.tenths(0.5, 3), draw.tenths(-2, 3)]
    answer = run(torch.optim.SGD, start, grads, lr=lr, momentum=mu)
    v1, v2 = grads[0], mu * grads[0] + grads[1]
    middle = start - lr * v1
    return decimal(
        f"SGD with momentum as PyTorch does it, lr {num(lr)} and momentum {num(mu)}. A weight is "
        f"{num(start)}; its gradients in the first two steps are {listed(grads)}. What is the "
        "weight after both steps?",
        answer,
        [
            "v ← μv + g, then θ ← θ − lr·v. The velocity starts at 0.",
            f"Step 1: v = {num(v1)}, θ = {num(start)} − {num(lr)}·{bracketed(v1)} = "
            f"{num(round(middle, 4))}.",
            f"Step 2: v = {num(mu)}·{bracketed(v1)} + {bracketed(grads[1])} = {num(round(v2, 4))}, "
            f"θ = {num(round(middle, 4))} − {num(lr)}·{bracketed(round(v2, 4))} = "
            f"{num(round(answer, 4))}.",
        ],
        {
            start - lr * sum(grads): "That's SGD without momentum.",
            middle: "That's after the first step.",
            start
            - lr * ((1 - mu) * grads[0] + mu * (1 - mu) * grads[0] + (1 - mu) * grads[1]): "You "
            "took a mean of the gradients, with (1 − μ). PyTorch adds the whole gradient.",
            start + lr * (v1 + v2): "Steps go *against* the gradient.",
        },
        start=start,
        lr=lr,
        mu=mu,
        grads=grads,
    )


@kind(unit=6, topic="optimisers")
def momentum_in_the_long_run(draw: Draw) -> Question:
    lr, mu = draw.one_of([0.01, 0.02, 0.05, 0.1]), draw.one_of([0.5, 0.8, 0.9, 0.95, 0.98, 0.99])
    grad = draw.tenths(0.2, 3)
    answer = lr * grad / (1 - mu)
    return near(
        f"SGD with momentum {num(mu)} and lr {num(lr)} sees the same gradient, {num(grad)}, again "
        "and again. How far does it move in each step in the long run?",
        answer,
        [
            "The velocity grows to g + μg + μ²g + … = g/(1 − μ).",
            f"{num(grad)}/(1 − {num(mu)}) = {num(grad / (1 - mu))}; times lr: {num(answer)}.",
            f"Steps get {num(1 / (1 - mu))} times as long as without momentum.",
        ],
        {
            lr * grad: "That's without momentum, and in the first step.",
            lr * grad / mu: "Divide by 1 − μ.",
            grad / (1 - mu): "That's the velocity. The step is lr times that.",
            lr * grad * (1 + mu): "Older gradients count on: μ², μ³ and so on.",
        },
        lr=lr,
        mu=mu,
        grad=grad,
    )


@kind(unit=6, topic="optimisers")
def weight_decay_step(draw: Draw) -> Question:
    start, grad = draw.tenths(1, 5), draw.tenths(-2, 3)
    lr, decay = draw.one_of([0.1, 0.2, 0.5]), draw.one_of([0.01, 0.05, 0.1])
    answer = run(torch.optim.SGD, start, [grad], lr=lr, weight_decay=decay)
    whole = grad + decay * start
    return decimal(
        f"Plain SGD with lr {num(lr)} and weight decay {num(decay)}. A weight is {num(start)}, its "
        f"gradient {num(grad)}. What is the weight after the step?",
        answer,
        [
            f"Weight decay adds λθ to the gradient: {num(grad)} + {num(decay)}·{num(start)} = "
            f"{num(round(whole, 4))}.",
            f"{num(start)} − {num(lr)}·{bracketed(round(whole, 4))} = {num(round(answer, 5))}.",
        ],
        {
            start - lr * grad: "You left out the weight decay.",
            start - lr * grad - decay * start: "SGD's weight decay is multiplied by lr as well.",
            start - lr * (grad - decay * start): "Weight decay pulls towards 0, not away from it.",
        },
        places=3,
        start=start,
        grad=grad,
        lr=lr,
        decay=decay,
    )


def _adam_steps(start: float, grads: list[float], lr: float) -> tuple[list[str], list[float]]:
    """Both steps of Adam in words, and the weight after each."""
    m = v = 0.0
    weight, steps, path = start, [], []
    for number, grad in enumerate(grads, 1):
        m, v = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad**2
        mean, power = m / (1 - 0.9**number), v / (1 - 0.999**number)
        weight -= lr * mean / (math.sqrt(power) + 1e-8)
        path.append(weight)
        steps.append(
            f"Step {number}: m̂ = {num(round(m, 5))}/{num(round(1 - 0.9**number, 4))} = "
            f"{num(round(mean, 4))}, v̂ = {v:.6f}/{1 - 0.999**number:.6f} = "
            f"{num(round(power, 4))}, θ = {num(round(path[-2] if number > 1 else start, 4))} − "
            f"{num(lr)}·{bracketed(round(mean, 4))}/√{num(round(power, 4))} = "
            f"{num(round(weight, 4))}."
        )
    return steps, path


@kind(unit=6, topic="optimisers")
def adam_first_step(draw: Draw) -> Question:
    start, lr = draw.tenths(0.5, 3), draw.one_of([0.01, 0.02, 0.05, 0.1])
    grad = draw.one_of([-8.0, -3.0, -0.5, -0.02, 0.004, 0.03, 0.6, 5.0, 20.0])
    answer = run(torch.optim.Adam, start, [grad], lr=lr)
    biased = start - lr * 0.1 * grad / math.sqrt(0.001 * grad**2)
    return decimal(
        f"Adam with lr {num(lr)}, β = (0.9, 0.999) and a tiny ε takes its *first* step. The "
        f"weight is {num(start)}, the gradient {num(grad)}. What is the weight after it?",
        answer,
        [
            f"m = 0.1·g and v = 0.001·g²; corrected, m̂ = m/(1 − 0.9) = {num(grad)} and "
            f"v̂ = v/(1 − 0.999) = {bracketed(grad)}² = {num(grad**2)}.",
            f"m̂/√v̂ is the gradient divided by its size: {'+1' if grad > 0 else '−1'}. So the "
            "first step is as long as lr, however large the gradient.",
            f"{num(start)} {'−' if grad > 0 else '+'} {num(lr)} = {num(round(answer, 4))}.",
        ],
        {
            start - lr * grad: "That's SGD. Adam divides by the gradient's own size.",
            biased: "You left out the bias correction, without which the first steps get too long.",
            start + math.copysign(lr, grad): "Steps go *against* the gradient.",
        },
        places=3,
        start=start,
        lr=lr,
        grad=grad,
    )


@kind(unit=6, topic="optimisers")
def adam_two_steps(draw: Draw) -> Question:
    start, lr = draw.tenths(0.5, 3), draw.one_of([0.1, 0.2, 0.5])
    grads = [float(draw.whole(1, 4)), float(draw.one_of([-3, -2, -1, 0, 1, 2, 3]))]
    answer = run(torch.optim.Adam, start, grads, lr=lr)
    steps, path = _adam_steps(start, grads, lr)
    return decimal(
        f"Adam with lr {num(lr)}, β = (0.9, 0.999) and a tiny ε. The weight is {num(start)}; the "
        f"gradients of the first two steps are {listed(grads)}. What is the weight after both?",
        answer,
        [
            "m ← 0.9·m + 0.1·g and v ← 0.999·v + 0.001·g², both from 0; m̂ = m/(1 − 0.9ᵗ), "
            "v̂ = v/(1 − 0.999ᵗ); θ ← θ − lr·m̂/√v̂.",
            *steps,
        ],
        {
            path[0]: "That's after the first step.",
            start - lr * sum(grads): "That's SGD.",
            path[0]
            - lr * math.copysign(1, grads[1]): "Only in the first step is m̂/√v̂ just a sign; "
            "later the old gradients count on.",
        },
        start=start,
        lr=lr,
        grads=grads,
    )


@kind(unit=6, topic="optimisers")
def adamw_decay(draw: Draw) -> Question:
    start, lr = draw.whole(1, 8), draw.one_of([0.01, 0.05, 0.1])
    decay, steps = draw.one_of([0.01, 0.1, 0.5]), draw.whole(2, 10)
    answer = run(torch.optim.AdamW, float(start), [0.0] * steps, lr=lr, weight_decay=decay)
    return decimal(
        f"AdamW with lr {num(lr)} and weight decay {num(decay)}. A weight of {start} has the "
        f"gradient 0 in {steps} steps in a row, from the start. What is it after them?",
        answer,
        [
            "AdamW's weight decay is decoupled: in each step, θ ← θ − lr·λ·θ, whatever the "
            "gradient.",
            f"Each step multiplies by 1 − {num(lr)}·{num(decay)} = {num(1 - lr * decay)}.",
            f"{start}·{num(1 - lr * decay)}^{steps} = {num(round(answer, 5))}.",
        ],
        {
            start: "A gradient of 0 doesn't stop the decay: it's decoupled from the gradient.",
            start
            - steps * lr: "That's Adam with the decay put into the gradient: it would be scaled "
            "to a step of lr. AdamW subtracts lr·λ·θ.",
            start * (1 - decay) ** steps: "The decay is multiplied by lr.",
        },
        places=3,
        start=start,
        lr=lr,
        decay=decay,
        repeats=steps,
    )
