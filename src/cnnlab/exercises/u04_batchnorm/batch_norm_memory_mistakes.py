"""Batch norms that remember wrongly, or confuse their two modes."""

from __future__ import annotations

import torch

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u04_batchnorm._stepwise_norm import Statistics, StepwiseNorm


def add_remembering_mistakes(exercise: Exercise) -> None:
    """Registers what goes wrong with the running statistics."""

    @exercise.mistake(
        "biased_running_variance",
        "Your running variance gathers the biased variance (divisor n). It shall estimate the "
        "variance of all data, so it takes the unbiased one (divisor n − 1).",
    )
    class BiasedRunningVariance(StepwiseNorm):
        def to_remember(self, x: torch.Tensor) -> Statistics:
            return x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)

    @exercise.mistake(
        "running_standard_deviation",
        "What you keep in `running_var` is a standard deviation. Keep the variance.",
    )
    class RunningStandardDeviation(StepwiseNorm):
        def to_remember(self, x: torch.Tensor) -> Statistics:
            return x.mean((0, 2, 3)), x.std((0, 2, 3))

    @exercise.mistake(
        "momentum_reversed",
        "Your running statistics forget nearly all at every batch. In torch's convention "
        "`momentum` is the share of the *new* value: (1 − momentum)·old + momentum·batch.",
    )
    class MomentumReversed(StepwiseNorm):
        def remember(self, x: torch.Tensor) -> None:
            mean, variance = self.to_remember(x.detach())
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mean
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * variance

    @exercise.mistake(
        "settings_ignored",
        "Your running statistics always move by the default `momentum`. Use what the layer was "
        "given.",
    )
    class SettingsIgnored(StepwiseNorm):
        def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
            super().__init__(num_features, eps, 0.1)

    @exercise.mistake(
        "only_the_last_batch",
        "Your running statistics are those of the last batch alone. They shall move towards them "
        "by the share `momentum`, and keep the rest of what they were.",
    )
    class OnlyTheLastBatch(StepwiseNorm):
        def remember(self, x: torch.Tensor) -> None:
            self.running_mean, self.running_var = self.to_remember(x.detach())

    @exercise.mistake(
        "statistics_added_up",
        "Your running statistics grow with every batch: the old value has to shrink by the share "
        "that is added.",
    )
    class StatisticsAddedUp(StepwiseNorm):
        def remember(self, x: torch.Tensor) -> None:
            mean, variance = self.to_remember(x.detach())
            self.running_mean = self.running_mean + self.momentum * mean
            self.running_var = self.running_var + self.momentum * variance

    @exercise.mistake(
        "running_statistics_stand_still",
        "Your running statistics do not move in training mode. Each batch moves them by the share "
        "`momentum`; and what you compute must be stored on self.",
    )
    class RunningStatisticsStandStill(StepwiseNorm):
        def remember(self, x: torch.Tensor) -> None:
            pass


def add_mode_mistakes(exercise: Exercise) -> None:
    """Registers what goes wrong between training and evaluation mode."""

    @exercise.mistake(
        "batch_statistics_in_evaluation",
        "In evaluation mode you still normalise by the batch, so that what one image gets depends "
        "on its neighbours. Use the running statistics there.",
    )
    class BatchStatisticsInEvaluation(StepwiseNorm):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if self.training:
                self.remember(x)
            return self.scaled(self.normalised(x, *self.of_batch(x)))

    @exercise.mistake(
        "mode_ignored",
        "Your layer does the same in both modes: in evaluation mode it normalises by the batch and "
        "moves the running statistics. `self.training` says which mode it is.",
    )
    class ModeIgnored(StepwiseNorm):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.remember(x)
            return self.scaled(self.normalised(x, *self.of_batch(x)))

    @exercise.mistake(
        "modes_swapped",
        "You use the running statistics in training mode and those of the batch in evaluation "
        "mode. It is the other way round.",
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
        "In training mode you normalise by the running statistics. The batch's own do it there; "
        "the running ones are only gathered.",
    )
    class RunningStatisticsInTraining(StepwiseNorm):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if self.training:
                self.remember(x)
            return self.scaled(self.normalised(x, *self.remembered()))

    @exercise.mistake(
        "evaluation_moves_the_statistics",
        "Evaluation mode changes your running statistics: who measures must not leave a trace. "
        "Move them in training mode only.",
    )
    class EvaluationMovesTheStatistics(StepwiseNorm):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if self.training:
                return super().forward(x)
            result = self.scaled(self.normalised(x, *self.remembered()))
            self.remember(x)
            return result
