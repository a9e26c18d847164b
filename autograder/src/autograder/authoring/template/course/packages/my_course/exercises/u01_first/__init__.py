"""Unit 01: the middle value."""
