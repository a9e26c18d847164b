"""Level `uid`: each submission runs as a user that owns nothing else on this machine.

For containers in which bubblewrap may not run, but we are root.
"""

from __future__ import annotations

from autograder.kernels.inside.seccomp import this_machine
from autograder.kernels.inside.spawn_request import USER
from autograder.kernels.isolation import users, view
from autograder.kernels.isolation.level import Level


class OtherUserLevel(Level):
    name = "uid"
    isolation = USER

    def problem(self) -> str | None:
        if not users.is_root():
            return "only root may start processes of other users. Run it as root in a container"
        if this_machine() is None:
            return "there is no filter of system calls for this processor, to keep the network shut"
        for place in [
            *view.standard_library(),
            *view.installed_libraries(),
            *view.course_libraries(),
        ]:
            if not view.others_can_read(place):
                return (
                    f"other users cannot read {place}, which submissions need. "
                    "Install Python and cnnlab where everybody can read them"
                )
        for place in view.hidden():
            if view.others_can_read(place):
                return f"submissions could read {place}. Type: chmod o-rx {place}"
        return None

    def new_uid(self) -> int:
        return users.new_uid()
