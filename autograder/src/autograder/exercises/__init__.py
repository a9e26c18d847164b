"""The hidden checks of every exercise, a folder for each unit."""
