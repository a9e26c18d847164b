"""Unit 07: reuse a trained network, and train the part that the new task needs."""
