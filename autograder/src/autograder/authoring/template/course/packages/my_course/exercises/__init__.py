"""The exercises, a folder for each unit and a file for each exercise."""
