"""Unit 08: what a layer gives, which pixels count, where the evidence is, what a channel likes."""

from cnnlab.exercises.u08_seeing.capturing import CAPTURE
from cnnlab.exercises.u08_seeing.covering import OCCLUSION_MAP
from cnnlab.exercises.u08_seeing.gradients import SALIENCY
from cnnlab.exercises.u08_seeing.heat import GRAD_CAM
from cnnlab.exercises.u08_seeing.maximizing import MAXIMIZE_ACTIVATION

__all__ = ["CAPTURE", "GRAD_CAM", "MAXIMIZE_ACTIVATION", "OCCLUSION_MAP", "SALIENCY"]
