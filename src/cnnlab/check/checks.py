"""The front door of a course's visible checks: `check.conv2d(conv2d)`, `check.use(conv2d)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlab.check.exercise_files import ExerciseFiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnlab.check.registry import Exercises


class Checks:
    """One function for each exercise in `package`, named as the exercise is.

    In a kernel whose answers are being scored the exercises are not there. Then a check says
    nothing, and `use` gives back what it was given.
    """

    def __init__(self, package: str) -> None:
        self._files = ExerciseFiles(package)
        self._course = package.partition(".")[0]  # what learners install

    def use(self, answer: Any, exercise: str = "") -> Any:
        """The learner's own answer if it passes its checks, else the course's version.

        Experiments call this, so that a notebook runs to its end while exercises are still open.
        """
        if not self._files.names():
            return answer
        from cnnlab.check.notebook import use

        return use(self._exercises(), answer, exercise)

    def brief(self, exercise: str) -> None:
        """Prints what a design task asks for: its limits, and the points for each result."""
        if self._files.names():
            print(self._exercises().find(exercise).brief)

    def compare(self, exercise: Any) -> None:
        """Shows other right answers to an exercise, once the learner's own passes.

        `exercise` is its id, or the learner's own function or class.
        """
        if not self._files.names():
            return
        from cnnlab.other_answers import compare

        if not isinstance(exercise, str):
            defined = self._exercises().defining(getattr(exercise, "__name__", ""))
            exercise = defined.id if defined else getattr(exercise, "__name__", str(exercise))
        compare(exercise, self._course)

    def __getattr__(self, name: str) -> Callable[..., None]:
        names = self._files.names()
        if name.startswith("_") or (names and name not in names):
            raise AttributeError(f"no exercise is called {name!r}; there are: {', '.join(names)}")

        def check(*answers: Any) -> None:
            if names:
                from cnnlab.check.notebook import check_answer

                check_answer(self._exercises().find(name), *answers, package=self._course)

        check.__name__ = name
        return check

    def __dir__(self) -> list[str]:
        return ["brief", "compare", "use", *self._files.names()]

    def _exercises(self) -> Exercises:
        from cnnlab.check.registry import Exercises

        return Exercises(self._files.package)
