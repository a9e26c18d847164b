"""Builds the cnnlab course and grades its notebooks."""
