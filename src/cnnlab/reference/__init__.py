"""Plain versions of what learners write, for comparison and for experiments while theirs is open."""
