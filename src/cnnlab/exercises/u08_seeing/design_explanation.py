"""`design_explanation`: the learner's own way to show what a network looks at."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnlab.check.design import Brief, DesignTask
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.data import Dataset
from cnnlab.exercises.u08_seeing._pointing import PointingTrial, drawn_pairs
from cnnlab.seeing import grad_cam

__all__ = ["design", "drawn_pairs", "exercise"]

PRACTICE_PICTURES = 200

BRIEF = Brief(
    measured="of the pictures with both maxima right",
    baseline="Grad-CAM of the last stage",
    baseline_score=0.27,
    steps={0.10: 3, 0.27: 4, 0.35: 4, 0.40: 3},
    points_for_limits=2,
)


def design(model: nn.Module, x: Tensor, target: int) -> Tensor:
    """Grad-CAM of the log-probability, times a smoothed gradient.

    A log-probability falls when another class rises, so it tells the object asked for from the
    other one; the gradient, averaged over noisy copies, knows better where it is.
    """
    last = [module for module in model.modules() if isinstance(module, nn.ReLU)][-1]
    coarse = grad_cam(nn.Sequential(model, nn.LogSoftmax(dim=1)), last, x, target)
    generator = torch.Generator().manual_seed(0)
    noisy = x + 0.3 * torch.randn(16, *x.shape, generator=generator)
    noisy.requires_grad_()
    (gradient,) = torch.autograd.grad(model(noisy)[:, target].sum(), noisy)
    fine = gradient.abs().amax(dim=1).mean(dim=0)
    fine = F.avg_pool2d(fine[None], 7, stride=1, padding=3)[0]
    return coarse * fine


def practice(draw: Draw) -> Dataset:
    """Pictures for the notebook; the grader has others."""
    return drawn_pairs(seed=7, count=PRACTICE_PICTURES)


TASK = DesignTask(BRIEF, PointingTrial(), practice)
exercise = Exercise(
    "design_explanation",
    {"design": design},
    refuses=("captum.*", "pytorch_grad_cam.*"),
)
TASK.add_visible(exercise)
