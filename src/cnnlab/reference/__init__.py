"""Plain versions of what learners write: to compare with, and to use while theirs is open."""
