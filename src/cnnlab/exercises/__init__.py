"""The visible checks, one module for each unit; a module is found by its name, `uNN_topic`."""
