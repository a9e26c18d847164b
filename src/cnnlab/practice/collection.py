"""All kinds of question, by name, topic and unit."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from cnnlab.errors import CnnlabError, UnknownNameError
from cnnlab.practice import questions
from cnnlab.practice.kinds import REGISTERED, Kind

for _module in sorted(info.name for info in iter_modules(questions.__path__)):
    import_module(f"{questions.__name__}.{_module}")


def kinds(topic: str | None = None, unit: int | None = None) -> list[Kind]:
    """The kinds of a topic, of a unit, of both, or all; in the order of the course.

    >>> [kind.name for kind in kinds(topic="initialisation")]
    ['he_std', 'xavier_std', 'signal_after_layers']
    """
    if topic is not None and topic not in topics():
        raise UnknownNameError("topic", topic, topics())
    if unit is not None and unit not in units():
        raise CnnlabError(
            f"There are no questions for unit {unit:02}. Units with questions: "
            f"{', '.join(f'{known:02}' for known in units())}."
        )
    found = [
        kind
        for kind in sorted(REGISTERED.values(), key=lambda kind: kind.unit)
        if topic in (None, kind.topic) and unit in (None, kind.unit)
    ]
    if not found:
        raise CnnlabError(
            f"Unit {unit:02} has no questions about {topic!r}. It has: "
            f"{', '.join(sorted({kind.topic for kind in kinds(unit=unit)}))}."
        )
    return found


def topics() -> list[str]:
    """The names of all topics, in the order in which the course comes to them.

    >>> "parameters" in topics(), "rapid" in topics()
    (True, True)
    """
    return list(dict.fromkeys(kind.topic for kind in _by_unit()))


def units() -> list[int]:
    return sorted({kind.unit for kind in REGISTERED.values()})


def find_kind(name: str) -> Kind:
    """
    >>> find_kind("conv_side").topic
    'sizes'
    """
    if name not in REGISTERED:
        raise UnknownNameError("kind of question", name, list(REGISTERED))
    return REGISTERED[name]


def _by_unit() -> list[Kind]:
    return sorted(REGISTERED.values(), key=lambda kind: kind.unit)
