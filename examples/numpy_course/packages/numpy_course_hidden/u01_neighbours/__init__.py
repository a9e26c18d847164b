"""Unit 01: what the neighbours say."""
