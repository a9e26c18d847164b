"""Design tasks: the learner builds freely within limits, and the result decides.

`Brief` says what is asked for and what each result is worth; `NetworkTrial` and `RecipeTrial` find
out what a design reaches; `DesignTask` makes checks of them.
"""

from cnnlab.check.design.brief import Brief
from cnnlab.check.design.network_trial import Depth, NetworkTrial, Plan
from cnnlab.check.design.recipe_trial import OneOf, Recipe, RecipeTrial, Within
from cnnlab.check.design.task import DesignTask, Trial

__all__ = [
    "Brief",
    "Depth",
    "DesignTask",
    "NetworkTrial",
    "OneOf",
    "Plan",
    "Recipe",
    "RecipeTrial",
    "Trial",
    "Within",
]
