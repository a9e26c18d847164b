"""Unit 08: what a layer gives, which pixels count, where the evidence is, what a channel likes."""
