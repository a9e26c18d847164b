"""The judge: runs a learner's notebook in a kernel of its own and questions it from outside."""
