"""Training in a hurry, for runs that only ask whether every cell of a notebook runs."""

# Code for a kernel; it leaves no name behind that a cell could take for its own. The first epoch
# has more batches than two: some cells look at the first ones by number.
HURRY = """
def hurry():
    from cnnlab.data import Batches

    whole = Batches.__len__

    def few(batches):
        first = batches.shuffle and batches.epoch <= 1
        return min(16 if first else 2, whole(batches))

    Batches.__len__ = few

hurry()
del hurry
"""
