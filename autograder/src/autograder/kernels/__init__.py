"""A kernel in a box: Jupyter kernels in which a submission runs apart from everything else.

Each folder and file uses only what stands above it in this list:

- `inside/` runs in the box: the fork server, and each kernel with its supervisor and its init
- `place`, `files`: the folder where the grader and the box meet, and what is copied into it
- `isolation/`: the levels (bubblewrap, uid, none), tried on this machine, the best one first
- `forking/`: fork servers as the grader sees them, and the kernels that they fork
- `process`, `channels`, `line`, `outputs`, `kernel`: one kernel that runs cells and answers
- `engine`: the choice of all this, which travels to other processes

autograder/provisioner.py offers the same kernels to any client of Jupyter.
"""
