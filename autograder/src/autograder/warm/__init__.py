"""Warm kernels: forked from a process in which everything is already imported."""
