"""The answers again, by other ways: layers that are built, positions that are counted, sums that
are worked out number by number. Each function has the name of its kind of question."""

from brute_force import u01, u02, u03, u04, u05, u06, u07, u08, u09, u10, u11, u12

UNITS = (u01, u02, u03, u04, u05, u06, u07, u08, u09, u10, u11, u12)


def independent(kind):
    """The function that answers a kind of question in its own way; None if there is none."""
    found = [getattr(unit, kind) for unit in UNITS if hasattr(unit, kind)]
    assert len(found) <= 1
    return found[0] if found else None
