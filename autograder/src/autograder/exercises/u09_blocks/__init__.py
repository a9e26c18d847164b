"""Unit 09: hidden checks and answer bank."""
