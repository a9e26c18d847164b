"""What the kernels of this course have imported, and what they must not have."""

from __future__ import annotations

from autograder.kernels.inside.import_plan import ImportPlan

# Only cells to explore draw digits, and these are not run in grading: scikit-learn and scipy would
# cost each class a second of waiting.
DEFAULT_PRELOADS = (
    "cnnlab._torchvision:import_torchvision",
    "numpy.random",
    "torch.nn.functional",
    "torch.optim",
    "torch.utils.data",
    "torch._dynamo",  # torch.optim asks for it when its first optimizer is made
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib_inline.backend_inline",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
    "safetensors.torch",
    "tqdm.auto",
    "cnnlab.anatomy",
    "cnnlab.check",
    "cnnlab.data",
    "cnnlab.hints",
    "cnnlab.models",
    "cnnlab.pictures",
    "cnnlab.predict",
    "cnnlab.training",
    "cnnlab.check.registry:COURSE.names",
)
DEFAULT_HIDES: tuple[str, ...] = ()
DEFAULT_PLAN = ImportPlan(DEFAULT_PRELOADS, DEFAULT_HIDES)
