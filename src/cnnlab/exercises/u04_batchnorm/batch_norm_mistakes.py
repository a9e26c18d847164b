"""Batch norms that normalise, scale or shift wrongly, to know a learner's by what it computes."""

from __future__ import annotations

import torch

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u04_batchnorm._stepwise_norm import Statistics, StepwiseNorm


def add_normalising_mistakes(exercise: Exercise) -> None:
    """Registers the mistakes we know; what several could explain goes to the first."""

    @exercise.mistake(
        "unbiased_to_normalise",
        "You normalise by the unbiased variance (divisor n − 1). Use the biased one "
        "(divisor n) here: it describes this batch, not the data it was drawn from. The "
        "unbiased one is for the running estimate.",
    )
    class UnbiasedToNormalise(StepwiseNorm):
        def of_batch(self, x: torch.Tensor) -> Statistics:
            return x.mean(self.dims, keepdim=True), x.var(self.dims, keepdim=True)

    @exercise.mistake(
        "per_position_statistics",
        "You take a mean for every position. Each channel has one mean, over the batch, "
        "the rows and the columns together.",
    )
    class PerPositionStatistics(StepwiseNorm):
        dims = (0,)

    @exercise.mistake(
        "per_image_statistics",
        "You take a mean for every image (that's instance norm). In batch norm all images "
        "of a batch share one mean per channel.",
    )
    class PerImageStatistics(StepwiseNorm):
        dims = (2, 3)

    @exercise.mistake(
        "over_the_channels_too",
        "You take one mean for all channels. Each channel has its own.",
    )
    class OverTheChannelsToo(StepwiseNorm):
        dims = (0, 1, 2, 3)

    @exercise.mistake(
        "one_variance_for_all",
        "Each channel has its own mean, but you take one variance for all of them. Take the "
        "variance over dimensions (0, 2, 3), too.",
    )
    class OneVarianceForAll(StepwiseNorm):
        def of_batch(self, x: torch.Tensor) -> Statistics:
            mean, variance = super().of_batch(x)
            return mean, variance.mean(dim=1, keepdim=True)

    @exercise.mistake(
        "over_the_channels_too",
        "You average over the channels of each image (that's layer norm). Each channel has "
        "its own mean, over the whole batch.",
    )
    class OverTheChannelsTooAgain(StepwiseNorm):
        dims = (1, 2, 3)

    @exercise.mistake(
        "root_forgotten",
        "You divide by the variance. Divide by its square root, the standard deviation.",
    )
    class RootForgotten(StepwiseNorm):
        def normalised(
            self, x: torch.Tensor, mean: torch.Tensor, variance: torch.Tensor
        ) -> torch.Tensor:
            return (x - mean) / (variance + self.eps)

    @exercise.mistake(
        "eps_outside_the_root",
        "You add eps to the standard deviation. It belongs under the root, next to the variance.",
    )
    class EpsOutsideTheRoot(StepwiseNorm):
        def normalised(
            self, x: torch.Tensor, mean: torch.Tensor, variance: torch.Tensor
        ) -> torch.Tensor:
            return (x - mean) / (torch.sqrt(variance) + self.eps)

    @exercise.mistake(
        "eps_left_out",
        "Your result doesn't depend on the `eps` that the layer was given. It belongs "
        "under the root, next to the variance, and keeps you from dividing by 0 where a "
        "channel is constant.",
    )
    class EpsLeftOut(StepwiseNorm):
        def normalised(
            self, x: torch.Tensor, mean: torch.Tensor, variance: torch.Tensor
        ) -> torch.Tensor:
            return (x - mean) / torch.sqrt(variance)

    @exercise.mistake(
        "scale_and_shift_missing",
        "You normalise and stop there. Multiply each channel by its `weight` and add its "
        "`bias`: with these, which are learned, the network can choose another scale.",
    )
    class ScaleAndShiftMissing(StepwiseNorm):
        def scaled(self, x: torch.Tensor) -> torch.Tensor:
            return x

    @exercise.mistake(
        "shift_missing",
        "You scale each channel but don't shift it. Add its `bias`.",
    )
    class ShiftMissing(StepwiseNorm):
        def scaled(self, x: torch.Tensor) -> torch.Tensor:
            return x * self.weight.view(1, -1, 1, 1)

    @exercise.mistake(
        "shifted_before_scaling",
        "You add `bias` before you multiply by `weight`. Scale first, then shift.",
    )
    class ShiftedBeforeScaling(StepwiseNorm):
        def scaled(self, x: torch.Tensor) -> torch.Tensor:
            return (x + self.bias.view(1, -1, 1, 1)) * self.weight.view(1, -1, 1, 1)

    @exercise.mistake(
        "along_the_columns",
        "A tensor of shape (C,) lines up with the last dimension of (N, C, H, W), the "
        "columns. View it as (1, C, 1, 1), or use `keepdim=True` when you take the mean.",
    )
    class AlongTheColumns(StepwiseNorm):
        def normalised(
            self, x: torch.Tensor, mean: torch.Tensor, variance: torch.Tensor
        ) -> torch.Tensor:
            return (x - mean.flatten()) / torch.sqrt(variance.flatten() + self.eps)

    @exercise.mistake(
        "along_the_columns",
        "`weight` and `bias` of shape (C,) line up with the last dimension of (N, C, H, "
        "W), the columns. View them as (1, C, 1, 1).",
    )
    class AlongTheColumnsAgain(StepwiseNorm):
        def scaled(self, x: torch.Tensor) -> torch.Tensor:
            return x * self.weight + self.bias

    @exercise.mistake(
        "along_the_columns",
        "Tensors of shape (C,) line up with the last dimension of (N, C, H, W), the "
        "columns. View them as (1, C, 1, 1).",
    )
    class AlongTheColumnsThroughout(StepwiseNorm):
        def normalised(
            self, x: torch.Tensor, mean: torch.Tensor, variance: torch.Tensor
        ) -> torch.Tensor:
            return (x - mean.flatten()) / torch.sqrt(variance.flatten() + self.eps)

        def scaled(self, x: torch.Tensor) -> torch.Tensor:
            return x * self.weight + self.bias

    @exercise.mistake(
        "statistics_detached",
        "The output is right but the gradient isn't: you cut mean and variance off from "
        "autograd. They depend on every value in the batch, so the gradient has to go "
        "through them too.",
    )
    class StatisticsDetached(StepwiseNorm):
        def of_batch(self, x: torch.Tensor) -> Statistics:
            return super().of_batch(x.detach())
