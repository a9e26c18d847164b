"""Unit 09: blocks after ResNet."""
