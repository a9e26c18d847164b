"""Fork servers as the grader sees them, and the kernels that they fork.

`server` starts one and asks it for kernels; `pool` keeps the servers of this process and replaces
one that has died; `forked_kernel` is the handle on one kernel.
"""
