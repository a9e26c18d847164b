"""Unit 01: what a convolution computes."""
