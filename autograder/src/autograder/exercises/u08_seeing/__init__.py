"""Hidden checks of unit 08."""

from autograder.exercises.u08_seeing.capturing import CAPTURE
from autograder.exercises.u08_seeing.explaining import GRAD_CAM, OCCLUSION_MAP, SALIENCY
from autograder.exercises.u08_seeing.maximizing import MAXIMIZE_ACTIVATION

__all__ = ["CAPTURE", "GRAD_CAM", "MAXIMIZE_ACTIVATION", "OCCLUSION_MAP", "SALIENCY"]
