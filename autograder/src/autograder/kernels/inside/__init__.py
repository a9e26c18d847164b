"""What runs in the box: the fork server, and around each kernel its supervisor and its init.

    fork server ── supervisor ── init ── kernel

The fork server forks a supervisor for each kernel, which watches from outside. Init, its child,
is the first process within the kernel's own namespaces, and reaps what the kernel leaves behind.

Nothing here may import `autograder`: inside a sandbox there is none. It is started as a package of
its own (`inside.fork_server`), with Python, the installed libraries and cnnlab, and holds no
secrets.
"""
