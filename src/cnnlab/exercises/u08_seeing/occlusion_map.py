"""`occlusion_map`: cover a part of the image and see how much the answer suffers."""

from __future__ import annotations

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u08_seeing._looks import (
    Look,
    agree_on_looks,
    draw_image,
    draw_look,
    expect_evaluation_mode,
    expect_modes_back,
    expect_result_alone,
)
from cnnlab.exercises.u08_seeing.occlusion_map_mistakes import add_mistakes
from cnnlab.learner import LearnerCode
from cnnlab.seeing import occlusion_map

exercise = Exercise("occlusion_map", {"occlusion_map": occlusion_map})
add_mistakes(exercise)


def draw_occlusion(draw: Draw, height: int, width: int, target: int, **settings: float) -> Look:
    return draw_look(draw, height, width).at(draw_image(draw, height, width), target, **settings)


@exercise.visible("the drop of the probability, for every square")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_occlusion(draw, 6, 8, target=0)
    looks = [look.at(look.args[0], target) for target in range(4)]
    agree_on_looks(learner, exercise, *looks)


@exercise.visible("another size, stride and fill")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_looks(
        learner, exercise, draw_occlusion(draw, 7, 9, target=2, size=3, stride=2, fill=0.5)
    )


@exercise.visible("evaluation mode, and the modes are back afterwards")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_occlusion(draw, 6, 6, target=1)
    expect_evaluation_mode(learner, exercise, look)
    expect_modes_back(learner, exercise, look)


@exercise.visible("the image is left alone, and no graph is kept")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_result_alone(learner, exercise, draw_occlusion(draw, 6, 6, target=1))
