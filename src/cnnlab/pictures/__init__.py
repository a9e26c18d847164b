"""Pictures: pure functions from tensors and records to figures described in words."""

from cnnlab.pictures.charts import bars, curves
from cnnlab.pictures.filters import feature_maps, filters, kernel_grid
from cnnlab.pictures.heat import heat_rows, made_for_channels
from cnnlab.pictures.images import heatmap_overlay, image_grid
from cnnlab.pictures.mistakes import confusion, confusion_cell_images
from cnnlab.pictures.picture import PALETTE, Picture, describe
from cnnlab.pictures.planes import feature_planes

__all__ = [
    "PALETTE",
    "Picture",
    "bars",
    "confusion",
    "confusion_cell_images",
    "curves",
    "describe",
    "feature_maps",
    "feature_planes",
    "filters",
    "heat_rows",
    "heatmap_overlay",
    "image_grid",
    "kernel_grid",
    "made_for_channels",
]
