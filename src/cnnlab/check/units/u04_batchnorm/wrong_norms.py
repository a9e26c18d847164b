"""Batch norms that make the mistakes learners make, to recognise theirs by what they compute."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.check.todo import Todo

Statistics = tuple[torch.Tensor, torch.Tensor]


class StepwiseNorm(nn.Module):
    """A right batch norm, cut into steps: each wrong turn below takes one of them wrongly."""

    dims: tuple[int, ...] = (0, 2, 3)

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.running_mean: torch.Tensor
        self.running_var: torch.Tensor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            self.remember(x)
            return self.scaled(self.normalised(x, *self.of_batch(x)))
        return self.scaled(self.normalised(x, *self.remembered()))

    def of_batch(self, x: torch.Tensor) -> Statistics:
        """The mean and the biased variance of the batch, in a shape that broadcasts."""
        return x.mean(self.dims, keepdim=True), x.var(self.dims, unbiased=False, keepdim=True)

    def remembered(self) -> Statistics:
        return self.running_mean.view(1, -1, 1, 1), self.running_var.view(1, -1, 1, 1)

    def to_remember(self, x: torch.Tensor) -> Statistics:
        """The mean and the unbiased variance of the batch, one number for each channel."""
        return x.mean((0, 2, 3)), x.var((0, 2, 3))

    def remember(self, x: torch.Tensor) -> None:
        mean, variance = self.to_remember(x.detach())
        self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
        self.running_var = (1 - self.momentum) * self.running_var + self.momentum * variance

    def normalised(
        self, x: torch.Tensor, mean: torch.Tensor, variance: torch.Tensor
    ) -> torch.Tensor:
        return (x - mean) / torch.sqrt(variance + self.eps)

    def scaled(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


def add_norm_suspects(todo: Todo) -> None:
    """Registers the mistakes we know; what several could explain goes to the first."""
    _add_normalising_suspects(todo)
    _add_remembering_suspects(todo)
    _add_mode_suspects(todo)


def _add_normalising_suspects(todo: Todo) -> None:
    @todo.suspect(
        "unbiased_to_normalise",
        "You normalise by the unbiased variance (divisor n − 1). To normalise, take the biased one "
        "(divisor n): the batch itself is meant, not what it was drawn from. The unbiased one is "
        "for the running estimate.",
    )
    class UnbiasedToNormalise(StepwiseNorm):
        def of_batch(self, x):
            return x.mean(self.dims, keepdim=True), x.var(self.dims, keepdim=True)

    @todo.suspect(
        "per_position_statistics",
        "You have a mean for every position. One channel has one mean, over the batch, the rows "
        "and the columns together.",
    )
    class PerPositionStatistics(StepwiseNorm):
        dims = (0,)

    @todo.suspect(
        "per_image_statistics",
        "You have a mean for every image (that is instance norm). In batch norm the images of a "
        "batch share one mean for each channel.",
    )
    class PerImageStatistics(StepwiseNorm):
        dims = (2, 3)

    @todo.suspect(
        "over_the_channels_too",
        "You have one mean for all channels. Each channel has its own.",
    )
    class OverTheChannelsToo(StepwiseNorm):
        dims = (0, 1, 2, 3)

    @todo.suspect(
        "over_the_channels_too",
        "You average over the channels of each image (that is layer norm). Each channel has a mean "
        "of its own, over the whole batch.",
    )
    class OverTheChannelsTooAgain(StepwiseNorm):
        dims = (1, 2, 3)

    @todo.suspect(
        "root_forgotten",
        "You divide by the variance. Its square root, the standard deviation, has the unit of the "
        "values.",
    )
    class RootForgotten(StepwiseNorm):
        def normalised(self, x, mean, variance):
            return (x - mean) / (variance + self.eps)

    @todo.suspect(
        "eps_outside_the_root",
        "You add eps to the standard deviation. It belongs under the root, beside the variance.",
    )
    class EpsOutsideTheRoot(StepwiseNorm):
        def normalised(self, x, mean, variance):
            return (x - mean) / (torch.sqrt(variance) + self.eps)

    @todo.suspect(
        "eps_left_out",
        "Your result does not depend on the `eps` that the layer was given. It keeps the division "
        "safe where a channel is constant, and stands under the root, beside the variance.",
    )
    class EpsLeftOut(StepwiseNorm):
        def normalised(self, x, mean, variance):
            return (x - mean) / torch.sqrt(variance)

    @todo.suspect(
        "scale_and_shift_missing",
        "You normalise and stop. Multiply each channel by its `weight` and add its `bias`: they "
        "let the network choose another scale, and they are learned.",
    )
    class ScaleAndShiftMissing(StepwiseNorm):
        def scaled(self, x):
            return x

    @todo.suspect(
        "shift_missing",
        "You scale each channel, and do not shift it. Add its `bias`.",
    )
    class ShiftMissing(StepwiseNorm):
        def scaled(self, x):
            return x * self.weight.view(1, -1, 1, 1)

    @todo.suspect(
        "shifted_before_scaling",
        "You add `bias` before you multiply by `weight`. First scale, then shift.",
    )
    class ShiftedBeforeScaling(StepwiseNorm):
        def scaled(self, x):
            return (x + self.bias.view(1, -1, 1, 1)) * self.weight.view(1, -1, 1, 1)

    @todo.suspect(
        "along_the_columns",
        "Numbers of shape (C,) meet a tensor (N, C, H, W) at its last dimension, the columns. View "
        "them as (1, C, 1, 1), or keep the dimensions when you take the mean.",
    )
    class AlongTheColumns(StepwiseNorm):
        def normalised(self, x, mean, variance):
            return (x - mean.flatten()) / torch.sqrt(variance.flatten() + self.eps)

    @todo.suspect(
        "along_the_columns",
        "`weight` and `bias` of shape (C,) meet a tensor (N, C, H, W) at its last dimension, the "
        "columns. View them as (1, C, 1, 1).",
    )
    class AlongTheColumnsAgain(StepwiseNorm):
        def scaled(self, x):
            return x * self.weight + self.bias

    @todo.suspect(
        "along_the_columns",
        "Numbers of shape (C,) meet a tensor (N, C, H, W) at its last dimension, the columns. View "
        "them as (1, C, 1, 1).",
    )
    class AlongTheColumnsThroughout(StepwiseNorm):
        def normalised(self, x, mean, variance):
            return (x - mean.flatten()) / torch.sqrt(variance.flatten() + self.eps)

        def scaled(self, x):
            return x * self.weight + self.bias

    @todo.suspect(
        "statistics_detached",
        "The output is right and the gradient is not: you cut mean and variance off from autograd. "
        "They depend on every value of the batch, and the gradient goes through them, too.",
    )
    class StatisticsDetached(StepwiseNorm):
        def of_batch(self, x):
            return super().of_batch(x.detach())


def _add_remembering_suspects(todo: Todo) -> None:
    @todo.suspect(
        "biased_running_variance",
        "Your running variance gathers the biased variance (divisor n). It shall estimate the "
        "variance of all data, so it takes the unbiased one (divisor n − 1).",
    )
    class BiasedRunningVariance(StepwiseNorm):
        def to_remember(self, x):
            return x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)

    @todo.suspect(
        "running_standard_deviation",
        "What you keep in `running_var` is a standard deviation. Keep the variance.",
    )
    class RunningStandardDeviation(StepwiseNorm):
        def to_remember(self, x):
            return x.mean((0, 2, 3)), x.std((0, 2, 3))

    @todo.suspect(
        "momentum_reversed",
        "Your running statistics forget nearly all at every batch. In torch's convention "
        "`momentum` is the share of the *new* value: (1 − momentum)·old + momentum·batch.",
    )
    class MomentumReversed(StepwiseNorm):
        def remember(self, x):
            mean, variance = self.to_remember(x.detach())
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mean
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * variance

    @todo.suspect(
        "settings_ignored",
        "Your running statistics always move by the default `momentum`. Use what the layer was "
        "given.",
    )
    class SettingsIgnored(StepwiseNorm):
        def __init__(self, num_features, eps=1e-5, momentum=0.1):
            super().__init__(num_features, eps, 0.1)

    @todo.suspect(
        "only_the_last_batch",
        "Your running statistics are those of the last batch alone. They shall move towards them "
        "by the share `momentum`, and keep the rest of what they were.",
    )
    class OnlyTheLastBatch(StepwiseNorm):
        def remember(self, x):
            self.running_mean, self.running_var = self.to_remember(x.detach())

    @todo.suspect(
        "statistics_added_up",
        "Your running statistics grow with every batch: the old value has to shrink by the share "
        "that is added.",
    )
    class StatisticsAddedUp(StepwiseNorm):
        def remember(self, x):
            mean, variance = self.to_remember(x.detach())
            self.running_mean = self.running_mean + self.momentum * mean
            self.running_var = self.running_var + self.momentum * variance

    @todo.suspect(
        "running_statistics_stand_still",
        "Your running statistics do not move in training mode. Each batch moves them by the share "
        "`momentum`; and what you compute must be stored on self.",
    )
    class RunningStatisticsStandStill(StepwiseNorm):
        def remember(self, x):
            pass


def _add_mode_suspects(todo: Todo) -> None:
    @todo.suspect(
        "batch_statistics_in_evaluation",
        "In evaluation mode you still normalise by the batch, so that what one image gets depends "
        "on its neighbours. Use the running statistics there.",
    )
    class BatchStatisticsInEvaluation(StepwiseNorm):
        def forward(self, x):
            if self.training:
                self.remember(x)
            return self.scaled(self.normalised(x, *self.of_batch(x)))

    @todo.suspect(
        "mode_ignored",
        "Your layer does the same in both modes: in evaluation mode it normalises by the batch and "
        "moves the running statistics. `self.training` says which mode it is.",
    )
    class ModeIgnored(StepwiseNorm):
        def forward(self, x):
            self.remember(x)
            return self.scaled(self.normalised(x, *self.of_batch(x)))

    @todo.suspect(
        "modes_swapped",
        "You use the running statistics in training mode and those of the batch in evaluation "
        "mode. It is the other way round.",
    )
    class ModesSwapped(StepwiseNorm):
        def forward(self, x):
            self.training = not self.training
            try:
                return super().forward(x)
            finally:
                self.training = not self.training

    @todo.suspect(
        "running_statistics_in_training",
        "In training mode you normalise by the running statistics. The batch's own do it there; "
        "the running ones are only gathered.",
    )
    class RunningStatisticsInTraining(StepwiseNorm):
        def forward(self, x):
            if self.training:
                self.remember(x)
            return self.scaled(self.normalised(x, *self.remembered()))

    @todo.suspect(
        "evaluation_moves_the_statistics",
        "Evaluation mode changes your running statistics: who measures must not leave a trace. "
        "Move them in training mode only.",
    )
    class EvaluationMovesTheStatistics(StepwiseNorm):
        def forward(self, x):
            if self.training:
                return super().forward(x)
            result = self.scaled(self.normalised(x, *self.remembered()))
            self.remember(x)
            return result
