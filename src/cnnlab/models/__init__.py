"""The networks of the course, in the order in which history met them.

>>> from cnnlab import models
>>> models.count_parameters(models.LeNet5())
61706
"""

from __future__ import annotations

from cnnlab.models.counting import count_parameters
from cnnlab.models.lenet import LeNet5
from cnnlab.models.simple import SimpleCNN, matched_mlp

__all__ = ["LeNet5", "SimpleCNN", "count_parameters", "matched_mlp"]
