"""Which submitted cell is which cell of the release.

A cell is recognised by its grade id, then by its cell id, then by its content. Of several cells
that could be an answer, one that was worked on and defines what the exercise asks for counts most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from autograder.cells import TEST_PREFIX, grade_id, is_exercise, is_solution
from autograder.submissions.code import defined_names, needed_names, tree_of
from autograder.submissions.normal import plain

# Parts of one cell that was split; more than that is no accident.
_MOST_PARTS = 5


@dataclass
class Matches:
    """Submitted positions by release index, and what became of cells that were no plain match."""

    found: dict[int, int] = field(default_factory=dict)
    sources: dict[int, str] = field(default_factory=dict)
    """The learner's source by release index, where it is not that of the cell at `found`."""
    answered_in: dict[int, int] = field(default_factory=dict)
    """Exercises whose answer stands in the cell of another exercise, by release index."""
    left_out: set[int] = field(default_factory=set)
    """Submitted cells that are copies or parts of others, and do not run again."""
    notes: list[str] = field(default_factory=list)

    @property
    def used(self) -> set[int]:
        return set(self.found.values()) | self.left_out


def match(release: NotebookNode, submitted: NotebookNode) -> Matches:
    return _Matcher(release.cells, submitted.cells).match()


class _Matcher:
    def __init__(self, release: Sequence[NotebookNode], submitted: Sequence[NotebookNode]) -> None:
        self._release = release
        self._submitted = submitted
        self._matches = Matches()
        self._known = {plain(cell.source) for cell in release}
        self._texts = [plain(cell.source) for cell in submitted]
        self._by_grade_id: dict[str, list[int]] = defaultdict(list)
        self._by_id: dict[str, list[int]] = defaultdict(list)
        self._by_text: dict[tuple[str, str], list[int]] = defaultdict(list)
        for position, cell in enumerate(submitted):
            self._by_grade_id[grade_id(cell)].append(position)
            self._by_id[cell.get("id") or ""].append(position)
            self._by_text[cell.cell_type, self._texts[position]].append(position)
        self._by_grade_id.pop("", None)
        self._by_id.pop("", None)
        self._ids = {grade_id(cell) for cell in release} - {""}

    def match(self) -> Matches:
        indices = range(len(self._release))
        exercises = [index for index in indices if is_exercise(self._release[index])]
        others = [index for index in indices if index not in set(exercises)]
        for index in others:
            self._take(index, self._by_identity(index))
        for index in others:
            if not is_solution(self._release[index]):
                self._take(index, self._by_content(index))
        for index in exercises:
            self._match_exercise(index)
        for index in others:
            if is_solution(self._release[index]):
                self._match_written(index)
        self._leave_copies_out()
        return self._matches

    def _take(self, index: int, candidates: Sequence[int]) -> None:
        """Of several cells with one id, the one that is as released, or else the first."""
        if index in self._matches.found:
            return
        used = self._matches.used
        free = [position for position in candidates if position not in used]
        text = plain(self._release[index].source)
        same = [position for position in free if self._texts[position] == text]
        if is_solution(self._release[index]):
            same = [position for position in free if position not in same]
        if free:
            self._matches.found[index] = (same or free)[0]

    def _by_identity(self, index: int) -> list[int]:
        cell = self._release[index]
        if name := grade_id(cell):
            return self._by_grade_id.get(name) or self._unnamed(self._by_id.get(cell.id, []))
        return self._unnamed(self._by_id.get(cell.id, []))

    def _unnamed(self, positions: Iterable[int]) -> list[int]:
        """Without the cells whose grade id says that they are another cell of the release."""
        return [p for p in positions if grade_id(self._submitted[p]) not in self._ids]

    def _by_content(self, index: int) -> list[int]:
        cell = self._release[index]
        text = plain(cell.source)
        return self._unnamed(self._by_text.get((cell.cell_type, text), [])) if text else []

    def _match_exercise(self, index: int) -> None:
        """Finds the learner's answer: in its own cell, in a cell of theirs, or in another's."""
        cell = self._release[index]
        name, names = grade_id(cell), self._asked(cell)
        used = self._matches.used
        own = [p for p in self._by_identity(index) if p not in used]
        best = self._best(own, names)
        if best is None:
            every = [p for p, c in enumerate(self._submitted) if c.cell_type == "code"]
            free = [p for p in every if p not in used and p not in own and self._is_nobodys(p)]
            best = self._best(free, names)
            if best is not None:
                self._note(f"Your answer to `{name}` was found in another cell.")
        if best is None and self._answered_elsewhere(index, names):
            self._matches.left_out.update(p for p in own if not self._was_edited(p))
            return
        if best is None and own:
            best = ([p for p in own if self._was_edited(p)] or own)[-1]
        if best is None:
            copies = [p for p in self._by_content(index) if p not in used]
            best = copies[0] if copies else None
        if best is None:
            return
        self._matches.found[index] = best
        self._join_parts(index, best, own)
        several = [p for p in own if self._was_edited(p) and p not in self._matches.left_out]
        if len(several) > 1:
            self._note(f"There were several cells `{name}`. All were run, and the last one counts.")

    def _asked(self, cell: NotebookNode) -> set[str]:
        """The names that an exercise asks for: those in its stub, or else those its test takes."""
        if names := defined_names(cell.source):
            return set(names)
        name = TEST_PREFIX + grade_id(cell)
        tests = (other.source for other in self._release if grade_id(other) == name)
        return {needed for test in tests for needed in needed_names(test)} - {"check"}

    def _best(self, positions: Sequence[int], names: set[str]) -> int | None:
        """The last cell that defines all that is asked for, or else some of it."""
        edited = [position for position in positions if self._was_edited(position)]
        defined = {p: defined_names(self._submitted[p].source) & names for p in edited}
        whole = [position for position in edited if names and defined[position] == names]
        some = [position for position in edited if defined[position]]
        return next(reversed(whole or some), None)

    def _was_edited(self, position: int) -> bool:
        return bool(self._texts[position]) and self._texts[position] not in self._known

    def _is_nobodys(self, position: int) -> bool:
        return grade_id(self._submitted[position]) not in self._ids

    def _answered_elsewhere(self, index: int, names: set[str]) -> bool:
        """Two cells merged into one, or an answer typed into a test cell or an experiment."""
        name = grade_id(self._release[index])
        for other, position in sorted(self._matches.found.items(), reverse=True):
            if self._submitted[position].cell_type != "code" or not self._was_edited(position):
                continue
            theirs = defined_names(self._submitted[position].source)
            if not names & (theirs - defined_names(self._release[other].source)):
                continue
            neighbour = grade_id(self._release[other]) or "an experiment"
            self._note(f"Your answer to `{name}` was found in the cell of `{neighbour}`.")
            if is_exercise(self._release[other]):
                self._matches.answered_in[index] = other
            else:
                self._matches.found[index] = self._matches.found.pop(other)
            return True
        return False

    def _join_parts(self, index: int, position: int, own: Sequence[int]) -> None:
        """Puts a cell that was split in the middle of a function together again."""
        source = self._submitted[position].source
        used = self._matches.used
        parts: list[int] = []
        for following in range(position + 1, min(position + 1 + _MOST_PARTS, len(self._texts))):
            cell = self._submitted[following]
            mine = following in own or (following not in used and self._is_nobodys(following))
            if not mine or cell.cell_type != "code" or self._texts[following] in self._known:
                break
            if tree_of(cell.source) is not None and tree_of(source) is not None:
                break
            source = f"{source.rstrip()}\n{cell.source}"
            parts.append(following)
            if tree_of(source) is not None:
                self._matches.sources[index] = source
                self._matches.left_out.update(parts)
                self._note(
                    f"The parts of the split cell `{grade_id(self._release[index])}`"
                    " were put together again."
                )
                break

    def _match_written(self, index: int) -> None:
        """An answer in words without its marks: the learner's text between its neighbours."""
        if index in self._matches.found:
            return
        found = self._matches.found
        before = max((found[i] for i in found if i < index), default=-1)
        after = min((found[i] for i in found if i > index), default=len(self._submitted))
        used = self._matches.used
        between = [
            p
            for p in range(before + 1, after)
            if p not in used and self._submitted[p].cell_type == "markdown" and self._texts[p]
        ]
        if between:
            self._matches.found[index] = between[0]

    def _leave_copies_out(self) -> None:
        """Copies of the lesson's own cells: a stub's copy would undo the answer above it."""
        used = self._matches.used
        for position, text in enumerate(self._texts):
            if position not in used and (not text or text in self._known):
                self._matches.left_out.add(position)

    def _note(self, text: str) -> None:
        if text not in self._matches.notes:
            self._matches.notes.append(text)
