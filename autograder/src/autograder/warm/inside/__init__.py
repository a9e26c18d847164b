"""What runs on the learner's side: the warm parent, its keepers, and the kernels they fork.

Nothing here may import `autograder`: inside a sandbox there is none. It is started as a package of
its own (`inside.parent`), with Python, the installed libraries and cnnlab, and it holds no secrets.
"""
