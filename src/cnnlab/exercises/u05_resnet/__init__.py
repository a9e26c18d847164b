"""Unit 05: blocks with a shortcut, networks of them, their gradients and their start."""
