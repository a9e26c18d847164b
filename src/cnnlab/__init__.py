"""cnnlab: learn convolutional networks by writing them."""

__version__ = "0.1.0"
