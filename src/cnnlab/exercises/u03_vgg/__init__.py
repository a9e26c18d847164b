"""Unit 03: stacks of small filters, the VGG block, whole VGGs, and where their numbers live."""
