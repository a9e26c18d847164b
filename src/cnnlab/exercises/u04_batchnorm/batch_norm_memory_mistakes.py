"""Batch norms that remember wrongly, or confuse their two modes."""

from __future__ import annotations

import torch

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u04_batchnorm._stepwise_norm import Statistics, StepwiseNorm


def add_remembering_mistakes(exercise: Exercise) -> None:
    """Registers what goes wrong with the running statistics."""

    @exercise.mistake(
        "biased_running_variance",
        "You update the running variance with the biased variance (divisor n). It should "
        "estimate the variance of all the data, so use the unbiased one (divisor n − 1).",
    )
    class BiasedRunningVariance(StepwiseNorm):
        def to_remember(self, x: torch.Tensor) -> Statistics:
            return x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)

    @exercise.mistake(
        "unbiased_the_wrong_way",
        "You make the biased variance smaller by (n − 1) / n. The unbiased one is larger: multiply "
        "by n / (n − 1).",
    )
    class UnbiasedTheWrongWay(StepwiseNorm):
        def to_remember(self, x: torch.Tensor) -> Statistics:
            count = x.numel() / x.shape[1]
            return x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False) * (count - 1) / count

    @exercise.mistake(
        "running_standard_deviation",
        "You keep a standard deviation in `running_var`. Keep the variance.",
    )
    class RunningStandardDeviation(StepwiseNorm):
        def to_remember(self, x: torch.Tensor) -> Statistics:
            return x.mean((0, 2, 3)), x.std((0, 2, 3))

    @exercise.mistake(
        "momentum_reversed",
        "Your running statistics forget almost everything with every batch. In torch's "
        "convention `momentum` is the share of the *new* value: (1 − momentum)·old + "
        "momentum·batch.",
    )
    class MomentumReversed(StepwiseNorm):
        def remember(self, x: torch.Tensor) -> None:
            mean, variance = self.to_remember(x.detach())
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mean
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * variance

    @exercise.mistake(
        "settings_ignored",
        "Your running statistics always use the default `momentum`. Use the one the layer "
        "was given.",
    )
    class SettingsIgnored(StepwiseNorm):
        def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
            super().__init__(num_features, eps, 0.1)

    @exercise.mistake(
        "only_the_last_batch",
        "Your running statistics are just those of the last batch. They should move "
        "towards it by the share `momentum` and keep the rest of their old value.",
    )
    class OnlyTheLastBatch(StepwiseNorm):
        def remember(self, x: torch.Tensor) -> None:
            self.running_mean, self.running_var = self.to_remember(x.detach())

    @exercise.mistake(
        "statistics_added_up",
        "Your running statistics grow with every batch: multiply the old value by 1 − "
        "momentum before you add.",
    )
    class StatisticsAddedUp(StepwiseNorm):
        def remember(self, x: torch.Tensor) -> None:
            mean, variance = self.to_remember(x.detach())
            self.running_mean = self.running_mean + self.momentum * mean
            self.running_var = self.running_var + self.momentum * variance

    @exercise.mistake(
        "running_statistics_stand_still",
        "Your running statistics don't change in training mode. Each batch moves them by "
        "the share `momentum`; store the result on self.",
    )
    class RunningStatisticsStandStill(StepwiseNorm):
        def remember(self, x: torch.Tensor) -> None:
            pass


def add_mode_mistakes(exercise: Exercise) -> None:
    """Registers what goes wrong between training and evaluation mode."""

    @exercise.mistake(
        "batch_statistics_in_evaluation",
        "In eval mode you still normalise by the batch, so the result for an image depends "
        "on its neighbours. Use the running statistics there.",
    )
    class BatchStatisticsInEvaluation(StepwiseNorm):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if self.training:
                self.remember(x)
            return self.scaled(self.normalised(x, *self.of_batch(x)))

    @exercise.mistake(
        "mode_ignored",
        "Your layer does the same in both modes: in eval mode, too, it normalises by the "
        "batch and updates the running statistics. `self.training` tells you which mode it "
        "is.",
    )
    class ModeIgnored(StepwiseNorm):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.remember(x)
            return self.scaled(self.normalised(x, *self.of_batch(x)))

    @exercise.mistake(
        "modes_swapped",
        "You use the running statistics in training mode and the batch's in eval mode. "
        "It's the other way round.",
    )
    class ModesSwapped(StepwiseNorm):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.training = not self.training
            try:
                return super().forward(x)
            finally:
                self.training = not self.training

    @exercise.mistake(
        "running_statistics_in_training",
        "In training mode you normalise by the running statistics. Use the batch's own "
        "there; the running ones are only updated.",
    )
    class RunningStatisticsInTraining(StepwiseNorm):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if self.training:
                self.remember(x)
            return self.scaled(self.normalised(x, *self.remembered()))

    @exercise.mistake(
        "evaluation_moves_the_statistics",
        "Your running statistics change in eval mode. Update them in training mode only: "
        "evaluating a model must not change it.",
    )
    class EvaluationMovesTheStatistics(StepwiseNorm):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if self.training:
                return super().forward(x)
            result = self.scaled(self.normalised(x, *self.remembered()))
            self.remember(x)
            return result
