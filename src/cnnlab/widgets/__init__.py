"""Things to drag: each widget is a picture that follows its controls.

    from cnnlab import widgets
    widgets.sliding_window(image, conv2d=my_conv2d)

Read in this order: `drawing` (a picture drawn in milliseconds), `shell` (picture, controls and what
to try), then any widget: what it computes, how it draws, which controls it has.
"""

from cnnlab.widgets.architectures import architecture_explorer
from cnnlab.widgets.augmentation import augmentation_explorer
from cnnlab.widgets.block_kinds import block_explorer
from cnnlab.widgets.blocks import residual_block_explorer
from cnnlab.widgets.confusions import confusion_browser
from cnnlab.widgets.convolution import sliding_window
from cnnlab.widgets.fields import receptive_field_tracer
from cnnlab.widgets.filters import filter_swap
from cnnlab.widgets.heat import heat_browser
from cnnlab.widgets.monitor import training_monitor
from cnnlab.widgets.prediction import prediction
from cnnlab.widgets.quantiser import quantiser
from cnnlab.widgets.sizes import shape_calculator
from cnnlab.widgets.transfer import transfer_explorer

__all__ = [
    "architecture_explorer",
    "augmentation_explorer",
    "block_explorer",
    "confusion_browser",
    "filter_swap",
    "heat_browser",
    "prediction",
    "quantiser",
    "receptive_field_tracer",
    "residual_block_explorer",
    "shape_calculator",
    "sliding_window",
    "training_monitor",
    "transfer_explorer",
]
