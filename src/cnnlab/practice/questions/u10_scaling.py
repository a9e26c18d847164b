"""Unit 10: scaling a network, choosing among several, and searching on a budget."""

from __future__ import annotations

import torch

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, percent, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import listed, num


@kind(unit=10, topic="cost")
def compound_cost(draw: Draw) -> Question:
    phi = draw.whole(1, 4)
    alpha, beta, gamma = draw.one_of([(1.2, 1.1, 1.15), (1.3, 1.1, 1.1), (1.1, 1.2, 1.2)])
    depth, width, resolution = alpha**phi, beta**phi, gamma**phi
    answer = depth * width**2 * resolution**2
    one = alpha * beta**2 * gamma**2
    return decimal(
        f"Compound scaling with φ = {phi}: depth ×{num(alpha)}^φ, width ×{num(beta)}^φ, resolution "
        f"×{num(gamma)}^φ. By what factor do the multiply-adds grow?",
        answer,
        [
            "Depth counts once, width twice (channels in and out), resolution twice (height and "
            "width).",
            f"{num(alpha)}·{num(beta)}²·{num(gamma)}² = {num(round(one, 4))} for φ = 1"
            + (f"; {num(round(one, 4))}^{phi} = {num(round(answer, 3))}." if phi > 1 else "."),
        ],
        {
            depth * width * resolution: "Width and resolution count twice.",
            one: f"That's for φ = 1; here it's {phi}.",
            depth * width**2 * resolution: "Resolution changes height *and* width.",
            phi * one: "The factor is raised to the power φ.",
        },
        phi=phi,
        alpha=alpha,
        beta=beta,
        gamma=gamma,
    )


@kind(unit=10, topic="cost")
def resolution_cost(draw: Draw) -> Question:
    small = draw.one_of([96, 128, 160, 192, 224])
    large = draw.one_of([192, 224, 240, 256, 288, 320, 384])
    while large == small:
        large = draw.one_of([192, 224, 240, 256, 288, 320, 384])
    width = draw.one_of([1.0, 0.5, 1.5, 2.0])
    answer = (large / small) ** 2 * width**2
    channels = (
        f" and all channels (in and out) are multiplied by {num(width)}" if width != 1 else ""
    )
    return decimal(
        f"The images of a convolutional network grow from {small}×{small} to "
        f"{large}×{large}{channels}. By about what factor do its multiply-adds change?",
        answer,
        [
            f"Positions: ({large}/{small})² = {num(round((large / small) ** 2, 4))}.",
            *(
                [
                    f"Weights of a layer: {num(width)}² = {num(width**2)}, since its inputs and "
                    f"outputs both change. Together {num(round(answer, 4))}."
                ]
                if width != 1
                else ["The weights stay the same; each just works at more positions."]
            ),
        ],
        {
            large / small * width**2: "Height *and* width of the image change.",
            (large / small) ** 2 * width: "Channels in *and* out change.",
        },
        small=small,
        large=large,
        width=width,
    )


@kind(unit=10, topic="search")
def pareto_size(draw: Draw) -> Question:
    costs = draw.some(range(5, 60), 6)
    scores = draw.some(range(60, 95), 6)
    names = "ABCDEF"
    front = [
        i
        for i in range(6)
        if not any(costs[j] <= costs[i] and scores[j] >= scores[i] for j in range(6) if j != i)
    ]
    best, rows = -1, []
    for i in sorted(range(6), key=costs.__getitem__):
        verdict = (
            "on the front" if scores[i] > best else "beaten: a cheaper one is at least as good"
        )
        best = max(best, scores[i])
        rows.append(f"{names[i]} ({costs[i]} ms, {scores[i]} %): {verdict}.")
    table = "\n".join(
        f"    {n}  {c:>2} ms  {s} %" for n, c, s in zip(names, costs, scores, strict=True)
    )
    return whole(
        "Six networks, with their time and their accuracy:\n"
        f"{table}\n"
        "How many of them lie on the Pareto front (no other network is both no slower and at "
        "least as accurate)?",
        len(front),
        ["Go through them by rising time, and remember the best accuracy so far:", *rows],
        {
            1: "The front holds every network that no other beats, not only the most accurate one.",
            6: "Some are beaten: another is faster *and* more accurate.",
        },
        costs=costs,
        scores=scores,
    )


@kind(unit=10, topic="search")
def halving_effort(draw: Draw) -> Question:
    candidates = draw.one_of([6, 8, 9, 12, 16, 20])
    efforts = draw.one_of([[1, 2, 4], [1, 3, 9], [2, 4, 8], [1, 2, 4, 8]])
    alive, total, rounds = candidates, 0, []
    for effort in efforts:
        rounds.append((alive, effort))
        total += alive * effort
        alive = -(-alive // 2)
    return whole(
        f"Successive halving starts with {candidates} candidates. All that are left are trained "
        f"for {listed(efforts)} epochs, round after round, each round from scratch; after each "
        "the better half stays, rounded up. How many epochs are trained in all?",
        total,
        [
            "Candidates in each round: " + ", ".join(str(n) for n, _ in rounds) + ".",
            " + ".join(f"{n}·{effort}" for n, effort in rounds) + f" = {total}.",
            f"All {candidates} at full length would take {candidates}·{efforts[-1]} = "
            f"{candidates * efforts[-1]}.",
        ],
        {
            candidates * efforts[-1]: "Most candidates are dropped early.",
            candidates * sum(efforts): "Half of them are dropped after each round.",
            sum(efforts): "Every surviving candidate is trained.",
        },
        candidates=candidates,
        efforts=efforts,
    )


@kind(unit=10, topic="search")
def random_search_luck(draw: Draw) -> Question:
    share, tries = draw.one_of([5, 10, 20]), draw.whole(3, 30)
    miss = torch.tensor(1 - share / 100, dtype=torch.float64)
    answer = (100 * (1 - miss**tries)).item()
    return percent(
        f"{share} % of all settings are good ones. Random search tries {tries} settings. How "
        "likely is it to meet at least one good one?",
        answer,
        [
            f"One try misses with {num(1 - share / 100)}, all {tries} with "
            f"{num(1 - share / 100)}^{tries} = {miss.item() ** tries:.4f}.",
            f"1 − {miss.item() ** tries:.4f} = {answer:.1f} %. That's why random search is the "
            "baseline for every cleverer one.",
        ],
        {
            float(share * tries): "Chances don't add up: several tries may hit.",
            100 - answer: "That's the chance to miss every time.",
        },
        share=share,
        tries=tries,
    )


@kind(unit=10, topic="cost")
def throughput(draw: Draw) -> Question:
    batch, milliseconds = draw.one_of([1, 8, 16, 32, 64]), draw.whole(4, 90)
    answer = batch / (milliseconds / 1000)
    return decimal(
        f"A network takes {milliseconds} ms for a batch of {batch}. How many images a second are "
        "that?",
        answer,
        [
            f"{batch} image{'s' if batch > 1 else ''} in {num(milliseconds / 1000)} s: "
            f"{batch}/{num(milliseconds / 1000)} = {answer:.2f}.",
            "Latency is how long an answer takes, throughput how many come out; a larger batch "
            "usually raises both.",
        ],
        {
            1000 / milliseconds: "A batch holds more than one image.",
            batch * milliseconds / 1000: "Divide by the time.",
        },
        places=1,
        batch=batch,
        milliseconds=milliseconds,
    )
