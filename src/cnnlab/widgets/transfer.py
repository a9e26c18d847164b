"""The transfer explorer: which stages learn, at which rate, and what batch norm does meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from cnnlab.errors import CnnlabError
from cnnlab.models import count_parameters
from cnnlab.pictures.picture import MUTED, PALETTE
from cnnlab.widgets.controls import Checkbox, SelectionSlider
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import Shell

WIDTH = 760.0

TRIES = (
    "Train the head alone: what share of the parameters learns? And with one stage more?",
    "Freeze everything and leave batch norm in training mode: what still changes?",
    "Unfreeze all stages: which two groups would you give the optimiser?",
)


@dataclass(frozen=True)
class Stage:
    """A part of the network by its name, with its parameters and batch norms."""

    name: str
    parameters: int
    norms: int
    trainable: bool


@dataclass(frozen=True)
class Plan:
    """What learns, and how. `moving` says whether running statistics of frozen stages change."""

    stages: tuple[Stage, ...]
    head_lr: float
    backbone_lr: float
    moving: bool

    @property
    def trainable(self) -> int:
        return sum(stage.parameters for stage in self.stages if stage.trainable)

    @property
    def total(self) -> int:
        return sum(stage.parameters for stage in self.stages)

    @property
    def groups(self) -> list[tuple[float, int]]:
        """Learning rate and number of parameters of each group that the optimiser gets."""
        head = sum(s.parameters for s in self.stages if s.trainable and s.name == "fc")
        rest = self.trainable - head
        return [group for group in ((self.backbone_lr, rest), (self.head_lr, head)) if group[1]]


def compute(
    model: nn.Module, stages: int, head_lr: float, backbone_lr: float, frozen_norms_move: bool
) -> Plan:
    """The plan for training the head and the last `stages` stages of `model`; it is not touched."""
    children = dict(model.named_children())
    if "fc" not in children or "layer1" not in children:
        raise CnnlabError(
            "The network needs the parts layer1, layer2, … and fc, as residual networks have them. "
            'Try cnnlab.models.pretrained("shapes-resnet").'
        )
    with_weights = [name for name, part in children.items() if count_parameters(part)]
    numbered = [name for name in with_weights if name.startswith("layer")]
    learning = {"fc", *numbered[len(numbered) - stages :]} if stages else {"fc"}
    if stages > len(numbered):
        learning = set(with_weights)
    return Plan(
        tuple(
            Stage(
                name,
                count_parameters(children[name]),
                sum(
                    isinstance(m, nn.modules.batchnorm._BatchNorm) for m in children[name].modules()
                ),
                name in learning,
            )
            for name in with_weights
        ),
        head_lr,
        backbone_lr,
        frozen_norms_move,
    )


def render(
    model: nn.Module,
    stages: int = 0,
    head_lr: float = 0.03,
    backbone_lr: float = 0.003,
    frozen_norms_move: bool = False,
) -> Drawing:
    """The parts in order, learning ones in colour, and what the optimiser is given."""
    plan = compute(model, stages, head_lr, backbone_lr, frozen_norms_move)
    drawing = Drawing(WIDTH, 250)
    width = (WIDTH - 20) / len(plan.stages)
    for number, stage in enumerate(plan.stages):
        x = 10 + number * width
        head = stage.name == "fc"
        colour = (PALETTE[1] if head else PALETTE[0]) if stage.trainable else "#e8e8e8"
        ink = "#ffffff" if stage.trainable else "#222222"
        drawing.rect(x, 40, width - 8, 84, fill=colour, stroke=MUTED)
        middle = x + (width - 8) / 2
        drawing.text(middle, 62, stage.name, 12, "center", fill=ink, bold=True)
        drawing.text(middle, 80, f"{stage.parameters:,}", 10, "center", fill=ink)
        drawing.text(middle, 96, "learns" if stage.trainable else "frozen", 10, "center", fill=ink)
        if stage.norms:
            moves = stage.trainable or plan.moving
            told = f"{stage.norms} BN {'moving' if moves else 'still'}"
            drawing.text(middle, 112, told, 9, "center", fill=ink)
    share = plan.trainable / plan.total
    sentences = [
        f"{plan.trainable:,} of {plan.total:,} parameters learn, {share:.1%}.",
        "Groups: " + "; ".join(f"{count:,} at rate {rate:g}" for rate, count in plan.groups) + ".",
        "Running statistics of frozen stages "
        + (
            "move towards the new data, although no parameter does."
            if plan.moving
            else "stay as they were learned: those batch norms are in eval mode."
        ),
    ]
    drawing.text(10, 24, "What learns", size=13, bold=True)
    for line, sentence in enumerate(sentences):
        drawing.text(10, 156 + 22 * line, sentence, size=12)
    drawing.alt = " ".join(sentences)
    return drawing


def transfer_explorer(model: nn.Module) -> Shell:
    """Freeze and unfreeze the stages of a network with torchvision's names, on paper only."""
    numbered = sum(name.startswith("layer") for name, _ in model.named_children())
    options = [("head only", 0), *((f"last {n}", n) for n in range(1, numbered + 1))]
    rates = [1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1]
    controls = {
        "stages": SelectionSlider(
            options=[*options, ("everything", numbered + 1)],
            value=0,
            description="stages that learn",
        ),
        "head_lr": SelectionSlider(options=rates, value=0.03, description="head's rate"),
        "backbone_lr": SelectionSlider(options=rates, value=0.003, description="backbone's rate"),
        "frozen_norms_move": Checkbox(False, description="frozen batch norms in training mode"),
    }

    def picture(**values: object) -> Drawing:
        return render(model, **values)  # type: ignore[arg-type]

    rows = [["stages", "frozen_norms_move"], ["head_lr", "backbone_lr"]]
    shell = Shell(picture, controls, TRIES, rows)
    shell.show()
    return shell
