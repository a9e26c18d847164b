"""Training in a hurry, for runs that only ask whether every cell of a notebook runs."""

# Code for a kernel; it leaves no name behind that a cell could take for its own. The first epoch
# stays whole: some cells look at its batches by number.
HURRY = """
def hurry():
    from cnnlab.data import Batches

    whole = Batches.__len__

    def few(batches):
        length = whole(batches)
        return min(2, length) if batches.shuffle and batches.epoch > 1 else length

    Batches.__len__ = few

hurry()
del hurry
"""
