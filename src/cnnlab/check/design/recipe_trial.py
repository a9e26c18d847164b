"""A recipe of the learner's own design: plain settings, with which our code trains.

Nothing of the learner's runs while it is tried, so there is nothing to be watched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Generic

from cnnlab.check.compare import Wrong
from cnnlab.check.design.task import AnyMaterial
from cnnlab.check.draw import Draw
from cnnlab.learner import LearnerCode

Recipe = dict[str, Any]


@dataclass(frozen=True)
class Within:
    """A number from `low` to `high`; a whole one if `whole`."""

    low: float
    high: float
    whole: bool = False

    def complaint(self, value: Any) -> str:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or (self.whole and not isinstance(value, int)):
            return f"a {'whole ' * self.whole}number is needed, not {value!r}"
        if not self.low <= value <= self.high:
            return f"{value!r} is not between {self.low:g} and {self.high:g}"
        return ""


@dataclass(frozen=True)
class OneOf:
    """One of these values."""

    values: tuple[Any, ...]

    def complaint(self, value: Any) -> str:
        if any(value == each and type(value) is type(each) for each in self.values):
            return ""
        return f"{value!r} is not one of {', '.join(map(repr, self.values))}"


@dataclass(frozen=True)
class RecipeTrial(Generic[AnyMaterial]):
    """Trials of the settings that the learner's `name()` gives: a dict with the keys of `fields`.

    `run(recipe, seed, material)` gives the score. `inspect_recipe` may raise `Wrong` for what the
    fields allow one by one and not together, and says in words what it found.
    """

    fields: Mapping[str, Within | OneOf]
    run: Callable[[Recipe, int, AnyMaterial], float]
    inspect_recipe: Callable[[Recipe], str] = lambda recipe: ""
    name: str = "design"

    def inspect(self, learner: LearnerCode, draw: Draw) -> str:
        return self.inspect_recipe(self._recipe(learner))

    def score(self, learner: LearnerCode, draw: Draw, material: AnyMaterial) -> float:
        return self.run(self._recipe(learner), draw.integer(0, 2**31), material)

    def _recipe(self, learner: LearnerCode) -> Recipe:
        recipe = learner.call(self.name)
        if not isinstance(recipe, dict):
            kind = (
                "None. Is a `return` missing?" if recipe is None else f"a {type(recipe).__name__}"
            )
            raise Wrong(
                "not_a_recipe", f"`{self.name}()` should give a dict of settings, not {kind}"
            )
        for key in recipe:
            if key not in self.fields:
                near = get_close_matches(str(key), self.fields, 1)
                meant = f" Did you mean {near[0]!r}?" if near else ""
                raise Wrong("unknown_setting", f"There is no setting called {key!r}.{meant}")
        for key, field in self.fields.items():
            if key not in recipe:
                raise Wrong("setting_missing", f"The recipe lacks the setting {key!r}.")
            if complaint := field.complaint(recipe[key]):
                raise Wrong("setting_not_allowed", f"The setting {key!r}: {complaint}.")
        return recipe
