"""`design_explanation`: the learner's own way to show what a network looks at."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnlab.check.design import Brief, DesignTask
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.data import Dataset
from cnnlab.exercises.u08_seeing._pointing import PointingTrial, drawn_pictures
from cnnlab.seeing import grad_cam

PRACTICE_PICTURES = 150

BRIEF = Brief(
    measured="of the maxima on the object",
    baseline="the saliency map of section 3",
    baseline_score=0.47,
    steps={0.38: 3, 0.47: 4, 0.61: 4, 0.69: 3},
    points_for_limits=2,
)


def design(model: nn.Module, x: Tensor, target: int) -> Tensor:
    """Grad-CAM of the last ReLU, times a smoothed saliency map."""
    last = [module for module in model.modules() if isinstance(module, nn.ReLU)][-1]
    generator = torch.Generator().manual_seed(0)
    noisy = x + 0.3 * torch.randn(16, *x.shape, generator=generator)
    noisy.requires_grad_()
    (gradient,) = torch.autograd.grad(model(noisy)[:, target].sum(), noisy)
    fine = gradient.abs().amax(dim=1).mean(dim=0)
    fine = F.avg_pool2d(fine[None], 7, stride=1, padding=3)[0]
    return grad_cam(model, last, x, target) * fine


def practice(draw: Draw) -> Dataset:
    """Pictures for the notebook; the grader draws others."""
    return drawn_pictures(seed=7, count=PRACTICE_PICTURES)


TASK = DesignTask(BRIEF, PointingTrial(), practice)
exercise = Exercise(
    "design_explanation",
    {"design": design},
    refuses=("captum.*", "pytorch_grad_cam.*"),
)
TASK.add_visible(exercise)
