"""Unit 08: rapid questions about looking into networks."""

from __future__ import annotations

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question


@kind(unit=8, topic="rapid")
def bright_heat_map(draw: Draw) -> Question:
    sure = draw.whole(90, 99)
    thing, trace = draw.one_of(
        [
            ("ship", "the water"),
            ("horse", "the photographer's name"),
            ("sheep", "the grass"),
            ("train", "the rails"),
        ]
    )
    return choice(
        draw,
        f"A network says “{thing}” with {sure} %. The heat map is bright, and it lies on {trace}. "
        "What do you conclude?",
        (
            f"It answers to {trace}, at least here: a shortcut to be tested",
            f"Cover {trace}, or show a {thing} without it, and see whether the answer changes. A "
            "heat map shows what was used, not whether that was a good reason.",
        ),
        [
            (
                f"It's a reliable answer, with {sure} % and a clear heat map",
                "Neither says that the reason is a good one.",
            ),
            (
                "The heat map is broken, since the answer is right",
                "An answer can be right for a bad reason.",
            ),
            (
                f"It has understood that {trace} belongs to a {thing}",
                "It has only seen them together. It will fail where they aren't.",
            ),
        ],
        sure=sure,
    )


@kind(unit=8, topic="rapid")
def one_filter_one_concept(draw: Draw) -> Question:
    channel = draw.whole(3, 120)
    return choice(
        draw,
        f"The nine images that excite channel {channel} most all show dogs' faces. What can be "
        "said?",
        (
            "It answers strongly to these; it may answer to other things as well",
            "Nine maxima of one data set are a small sample. Channels often answer to several "
            "things, and a thing is usually spread over several channels.",
        ),
        [
            (
                "It's the network's dog detector, and without it dogs aren't recognised",
                "Other channels answer to dogs, too. Switch it off and measure.",
            ),
            (
                "It answers to nothing but dogs' faces",
                "You saw only the nine strongest. Weaker answers can come from anything.",
            ),
            (
                "The network was trained on dogs only",
                "Nothing says so: other channels answer to other things.",
            ),
        ],
        channel=channel,
    )


@kind(unit=8, topic="rapid")
def centred_objects(draw: Draw) -> Question:
    hits = draw.whole(80, 92)
    return choice(
        draw,
        "On photographs with the object in the middle, a heat map's maximum falls on the object "
        f"in {hits} % of the images. Is that good?",
        (
            "Unknown until you see how often “always the centre” hits",
            "On centred images that baseline may well be higher. Use off-centre images, and an "
            "untrained network as a second baseline.",
        ),
        [
            (
                f"Yes: {hits} % is far above half",
                "Half isn't the baseline. Pointing at the centre needs no network.",
            ),
            (
                "No: it has to be 100 %",
                "No method reaches that. What counts is the distance to the baselines.",
            ),
            (
                "Yes, if the network's accuracy is as high",
                "Accuracy and pointing are two things. Both need baselines of their own.",
            ),
        ],
        hits=hits,
    )


@kind(unit=8, topic="rapid")
def black_cam(draw: Draw) -> Question:
    value = draw.whole(1, 9)
    return choice(
        draw,
        f"For some class, each position of Grad-CAM's weighted sum is −{value} or lower. What "
        "does the finished map look like?",
        (
            "All zeros",
            "The ReLU keeps only what speaks for the class, and here nothing does. Zeros can't be "
            "divided by their maximum, so they stay zeros.",
        ),
        [
            (
                "All ones, since it's divided by its maximum",
                "The ReLU comes first and leaves zeros.",
            ),
            (
                "Bright where the sum is lowest",
                "That would show what speaks *against* the class.",
            ),
            (
                "It has no values: 0/0 gives NaN",
                "That's why an all-zero map is left as it is.",
            ),
        ],
        value=value,
    )
