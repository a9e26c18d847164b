"""From a trained network to a file that runs without PyTorch: export, quantise, compare.

    from cnnlab import deploy
    deploy.export(model, "net.onnx", images[:2])
    deploy.quantize("net.onnx", "net.int8.onnx", calibration_images)
    run = deploy.Runtime("net.int8.onnx")
    logits = run(images)

This needs the packages of `pip install "cnnlab[deploy]"`; `available()` says whether they are here.
"""

from cnnlab.deploy.comparison import Comparison, Row, compare
from cnnlab.deploy.exporting import export
from cnnlab.deploy.packages import DeployError, available
from cnnlab.deploy.quantizing import quantize
from cnnlab.deploy.running import Runtime
from cnnlab.deploy.timing import milliseconds

__all__ = [
    "Comparison",
    "DeployError",
    "Row",
    "Runtime",
    "available",
    "compare",
    "export",
    "milliseconds",
    "quantize",
]
