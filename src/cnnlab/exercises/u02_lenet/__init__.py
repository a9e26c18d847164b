"""Unit 02: from logits to a loss, a first network, and the loop that trains and measures it."""
