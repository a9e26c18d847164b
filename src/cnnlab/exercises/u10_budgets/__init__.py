"""Unit 10: whole numbers for floats, networks scaled to a budget, search at equal compute."""
