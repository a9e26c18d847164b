"""Unit 04: how large weights should start, and what becomes of a signal on its way."""

from __future__ import annotations

import math

import torch

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import near
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num


@kind(unit=4, topic="initialisation")
def he_std(draw: Draw) -> Question:
    channels, kernel = draw.one_of([1, 3, 8, 16, 32, 50, 64, 128]), draw.one_of([1, 3, 5])
    out = draw.one_of([16, 48, 96])
    fan_in = channels * kernel**2
    gain = torch.nn.init.calculate_gain("relu")
    answer = gain / math.sqrt(fan_in)
    return near(
        f"nn.Conv2d({channels}, {out}, {kernel}) stands before a ReLU. Which standard deviation "
        "does He (Kaiming) initialisation give its weights? (fan_in)",
        answer,
        [
            f"fan_in is the number of inputs to one output: {channels}·{kernel}² = {fan_in}.",
            f"√(2/fan_in) = √(2/{fan_in}) = {num(answer)}. The 2 makes up for the ReLU, which lets "
            "only half of the signal's power through.",
        ],
        {
            2 / fan_in: "That's the variance. The standard deviation is its root.",
            1 / math.sqrt(fan_in): "The 2 is missing: a ReLU takes half of the signal's power.",
            math.sqrt(2 / channels): "fan_in counts the whole window: channels·kernel².",
            math.sqrt(2 / (out * kernel**2)): "That's fan_out. fan_in counts the inputs.",
        },
        channels=channels,
        out=out,
        kernel=kernel,
    )


@kind(unit=4, topic="initialisation")
def xavier_std(draw: Draw) -> Question:
    n_in, n_out = draw.one_of([64, 84, 100, 120, 256, 400]), draw.one_of([10, 20, 50, 84, 200])
    answer = math.sqrt(2 / (n_in + n_out))
    return near(
        f"Which standard deviation does Xavier (Glorot) initialisation give the weights of "
        f"nn.Linear({n_in}, {n_out})?",
        answer,
        [
            "Xavier weighs both directions: √(2/(fan_in + fan_out)).",
            f"√(2/({n_in} + {n_out})) = {num(answer)}.",
        ],
        {
            math.sqrt(2 / n_in): "That's He's. Xavier also counts the outputs.",
            2 / (n_in + n_out): "That's the variance. The standard deviation is its root.",
            math.sqrt(1 / (n_in + n_out)): "The numerator is 2: what counts is the mean of both "
            "fans.",
        },
        n_in=n_in,
        n_out=n_out,
    )


@kind(unit=4, topic="initialisation")
def signal_after_layers(draw: Draw) -> Question:
    factor = draw.one_of([0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.5, 2.0])
    layers = draw.whole(5, 20)
    answer = factor**layers
    fate = "next to nothing is left to learn from" if factor < 1 else "it blows up"
    return near(
        "Each layer of a plain network multiplies the signal's standard deviation by "
        f"{num(factor)}. It starts at 1. What is it after {layers} layers?",
        answer,
        [
            f"The factors multiply: {num(factor)}^{layers} = {num(answer)}.",
            f"A factor that looks harmless, and after {layers} layers {fate}. Initialisation "
            "wants it to be 1; batch norm brings it back at every layer.",
        ],
        {factor * layers: "The factors multiply; they don't add up."},
        factor=factor,
        layers=layers,
    )
