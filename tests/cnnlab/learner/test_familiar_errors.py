"""Errors that nearly everybody meets get a sentence that helps. All of them are really raised."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnlab.learner import familiar_errors, local_learner
from cnnlab.learner.familiar_errors import advice
from cnnlab.learner.problems import Raised

IMAGES = torch.zeros(2, 3, 8, 8)
MAPS = torch.zeros(4, 6, 6)


class NoSuper(nn.Module):
    def __init__(self):
        self.conv = nn.Conv2d(1, 1, 1)


class NoSuperNoLayers(nn.Module):
    def __init__(self):
        self.size = 3

    def forward(self, x):
        return x


class NoSelf(nn.Module):
    def forward(x):
        return x


class NoForward(nn.Module):
    def foward(self, x):
        return x


class PlainList(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(1, 1)]


def changes_a_parameter():
    weight = torch.zeros(3, requires_grad=True)
    weight += 1


def differentiates_what_was_detached():
    weight = torch.ones(3, requires_grad=True)
    maps = (2 * weight).detach()
    torch.autograd.grad(weight.sum(), maps)


def differentiates_a_copy():
    image = torch.ones(3, requires_grad=True)
    copy = image.clone()
    torch.autograd.grad(image.sum(), copy)


def backward_twice():
    loss = torch.ones(3, requires_grad=True).square().sum()
    loss.backward()
    loss.backward()


def unpacks_an_image():
    n, c, h, w = MAPS.shape
    return n, c, h, w


def unpacks_a_batch():
    c, h, w = IMAGES.shape
    return c, h, w


def says_what_torchvision_says():
    # torchvision's own check, word for word; to import it takes seconds
    raise TypeError(f"pic should be PIL Image or ndarray. Got {type(MAPS)}")


STAR = "nn.Sequential(*layers)"
WHOLE = "`//` gives a whole number"
SUPER = "super().__init__()"
CASES = [
    (lambda: nn.Sequential([nn.ReLU()]), STAR),
    (lambda: nn.Sequential((nn.ReLU(),)), STAR),
    (lambda: nn.Sequential(nn.ReLU() for _ in range(2)), STAR),
    (lambda: nn.Sequential(nn.ReLU(), [nn.ReLU()]), STAR),
    (lambda: nn.Sequential(nn.ReLU), "with parentheses"),
    (NoSuper, SUPER),
    (lambda: NoSuperNoLayers()(IMAGES), SUPER),
    (lambda: NoSuperNoLayers().eval(), SUPER),
    (lambda: list(NoSuperNoLayers().parameters()), SUPER),
    (lambda: NoSelf()(IMAGES), "def forward(self, x):"),
    (lambda: NoForward()(IMAGES), "has no `forward`"),
    (lambda: torch.optim.SGD(PlainList().parameters(), lr=0.1), "nn.ModuleList"),
    (lambda: nn.Linear(8 / 2, 3), WHOLE),
    (lambda: nn.Linear(8, 4 / 2), WHOLE),
    (lambda: nn.Conv2d(8 / 2, 3, 3), WHOLE),
    (lambda: nn.Conv2d(8, 3, 3 / 1), WHOLE),
    (lambda: nn.Conv2d(3, 3, 3, padding=3 / 2)(IMAGES), WHOLE),
    (lambda: nn.Conv2d(3, 3, 3, stride=2 / 1)(IMAGES), WHOLE),
    (lambda: nn.MaxPool2d(4 / 2)(IMAGES), WHOLE),
    (lambda: nn.BatchNorm2d(4 / 2), WHOLE),
    (lambda: range(4 / 2), WHOLE),
    (lambda: torch.zeros(3, 4 / 2), WHOLE),
    (lambda: IMAGES.view(2, 192 / 1), WHOLE),
    (lambda: IMAGES[:, :, 0 : 4 / 2], WHOLE),
    (lambda: IMAGES[4 / 2], WHOLE),
    (lambda: list(range(3))[2 / 2], WHOLE),
    (lambda: [1] * (4 / 2), WHOLE),
    (lambda: IMAGES.unfold(1, 4 / 2, 1), WHOLE),
    (lambda: MAPS + torch.zeros(4), "b.view(-1, 1, 1)"),
    (lambda: IMAGES.view(-1, 2048), "without padding"),
    (lambda: nn.Linear(100, 3)(torch.zeros(2, 90)), "is it flattened"),
    (lambda: nn.Conv2d(1, 3, 3)(IMAGES), "the number of channels that come in"),
    (lambda: nn.BatchNorm2d(4)(IMAGES), "as many as the layer before"),
    (lambda: nn.Conv2d(3, 3, 3)(IMAGES.flatten(1)), "(N, C, H, W)"),
    (lambda: nn.Conv2d(3, 3, 9)(IMAGES), "too small for this layer"),
    (lambda: nn.MaxPool2d(2)(IMAGES[..., :1, :1]), "too small for this layer"),
    (unpacks_an_image, "a single image three"),
    (unpacks_a_batch, "a single image three"),
    (lambda: torch.zeros(3).sum(dim=1), "fewer dimensions"),
    (lambda: torch.zeros(2, 3).gather(1, torch.tensor([1, 2])), "unsqueeze(1)"),
    (lambda: 1 if torch.zeros(3) else 2, "if bias is not None:"),
    (lambda: torch.zeros(3) + None, "without a `return`"),
    (lambda: None.shape, "without a `return`"),
    (lambda: F.relu(None), "without a `return`"),
    (lambda: nn.Conv2d(3, 3, 3)(None), "without a `return`"),
    (lambda: IMAGES.max(dim=1).shape, "take `.values`"),
    (lambda: torch.zeros(3).item(), "several"),
    (lambda: float(torch.zeros(3)), "several"),
    (lambda: nn.Linear(3, 3)(torch.zeros(2, 3).double()), "x.float()"),
    (lambda: nn.Conv2d(3, 3, 3)(IMAGES.byte()), "x.float()"),
    (lambda: torch.tensor([1, 2]).mean(), "x.float()"),
    (lambda: F.cross_entropy(torch.zeros(2, 3), torch.zeros(2)), "targets.long()"),
    (says_what_torchvision_says, "v2.ToDtype(torch.float32, scale=True)"),
    (lambda: torch.zeros(3).sum().backward(), "no way back"),
    (differentiates_what_was_detached, "computed *from* the very tensor"),
    (differentiates_a_copy, "computed *from* the very tensor"),
    (backward_twice, "used up by one backward pass"),
    (changes_a_parameter, "under `with torch.no_grad():`"),
]


def raised(code):
    """What a check says of code that raises."""
    with pytest.raises(Raised) as caught:
        local_learner({"code": lambda: bool(code()) or None}).call("code")
    return caught.value


@pytest.mark.parametrize(("code", "helps"), CASES, ids=[helps for _, helps in CASES])
def test_a_familiar_error_is_answered_with_what_to_try(code, helps):
    problem = raised(code)
    assert helps in problem.message
    assert problem.mistake == "raises"
    assert problem.detail.startswith("In Python's words: ")
    assert "\n" not in problem.detail


def test_every_advice_is_tried_here():
    said = {raised(code).message.partition(". ")[2] for code, _ in CASES}
    assert said == {known.advice for known in familiar_errors._FAMILIAR}


@pytest.mark.parametrize(
    "problem",
    [KeyError("layer"), ValueError("too loud"), RuntimeError("out of paper"), TypeError("odd")],
)
def test_what_is_not_familiar_is_told_as_it_is(problem):
    def code():
        raise problem

    told = raised(code)
    assert told.message == f"Your code raised {type(problem).__name__}."
    assert told.detail == str(problem)


def test_the_type_counts_too():
    assert advice("RuntimeError", "list is not a Module subclass") == ""
    assert advice("", "") == ""
