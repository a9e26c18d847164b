"""Training in a hurry, for runs that only ask whether every cell of a notebook runs."""

# Code for a kernel: two batches are an epoch. It leaves no name that a cell could take for its own.
HURRY = """
def hurry():
    from cnnlab.data import Batches

    whole = Batches.__len__
    Batches.__len__ = lambda batches: min(2, whole(batches))

hurry()
del hurry
"""
