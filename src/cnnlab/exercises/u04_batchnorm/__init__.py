"""Unit 04: batch norm, the block around it, how weights begin, and a norm folded away."""
