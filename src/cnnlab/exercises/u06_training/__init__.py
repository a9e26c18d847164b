"""Unit 06: augmentation, soft targets, optimisers, a schedule, and when to stop."""
