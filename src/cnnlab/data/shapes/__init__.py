"""Generated pictures: silhouettes drawn in random poses, colours, textures and clutter.

Read in this order: `distance` (how a shape becomes numbers), `silhouettes` and `source_classes`
(which shapes there are), `atlas` (all shapes in one image, read by one call), `scene` (pose,
texture, colour, clutter), `families` (which settings make which data set).
"""

from cnnlab.data.shapes.families import FAMILIES, generate

__all__ = ["FAMILIES", "generate"]
