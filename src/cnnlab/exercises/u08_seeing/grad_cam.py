"""`grad_cam`: where a layer found what speaks for the target."""

from __future__ import annotations

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u08_seeing._looks import (
    FIRST_STAGE,
    HEAD,
    SECOND_CONVOLUTION,
    Look,
    Part,
    agree_on_looks,
    draw_image,
    draw_look,
    expect_evaluation_mode,
    expect_hooks_gone,
    expect_model_kept,
    expect_modes_back,
    expect_result_alone,
)
from cnnlab.exercises.u08_seeing.grad_cam_mistakes import add_mistakes
from cnnlab.learner import LearnerCode
from cnnlab.seeing import grad_cam

exercise = Exercise("grad_cam", {"grad_cam": grad_cam}, refuses=("captum.*", "pytorch_grad_cam.*"))
add_mistakes(exercise)


def draw_cam(draw: Draw, height: int, width: int, layer: str, target: int) -> Look:
    return draw_look(draw, height, width).at(Part(layer), draw_image(draw, height, width), target)


def draw_warm_cam(draw: Draw, height: int, width: int) -> Look:
    """A look whose map is above 0 everywhere: there, subtracting the minimum shows."""
    for _ in range(1000):
        look = draw_cam(draw, height, width, SECOND_CONVOLUTION, draw.integer(0, 3))
        part, image, target = look.args
        model = look.model()
        if grad_cam(model, model.get_submodule(part.name), image, target).min() > 0.05:
            return look
    raise RuntimeError("no network was found whose map is nowhere 0")


def without_evidence(look: Look) -> Look:
    """The same network, in which every channel of the layer, always ≥ 0, speaks against the target.

    Its weighted sum is nowhere positive; that of any other class is. The layer has to be the first
    stage.
    """
    layer, _, target = look.args
    assert layer == Part(FIRST_STAGE)
    onward = look.state[f"{SECOND_CONVOLUTION}.weight"].abs()
    head = look.state[f"{HEAD}.weight"].abs()
    head[target] *= -1
    state = {**look.state, f"{SECOND_CONVOLUTION}.weight": onward, f"{HEAD}.weight": head}
    return Look(look.layers, state, look.args)


@exercise.visible("the heat map of a layer")
def _(learner: LearnerCode, draw: Draw) -> None:
    looks = [draw_cam(draw, 6, 8, SECOND_CONVOLUTION, target) for target in range(4)]
    agree_on_looks(learner, exercise, *looks, draw_warm_cam(draw, 6, 8))


@exercise.visible("where nothing speaks for the target, the map is zero")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_looks(learner, exercise, without_evidence(draw_cam(draw, 6, 8, FIRST_STAGE, target=1)))


@exercise.visible("evaluation mode, and the modes are back afterwards")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_cam(draw, 5, 6, SECOND_CONVOLUTION, target=2)
    expect_evaluation_mode(learner, exercise, look)
    expect_modes_back(learner, exercise, look)


@exercise.visible("no hook, no gradient and no graph is left")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_cam(draw, 5, 6, SECOND_CONVOLUTION, target=3)
    expect_hooks_gone(learner, exercise, look)
    expect_model_kept(learner, exercise, look, draw)
    expect_result_alone(learner, exercise, look)
