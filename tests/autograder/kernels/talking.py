"""A few words with a forked kernel, for tests of what can be done in it."""

import ast
import time

from autograder.course_plan import plan_of_course
from autograder.kernels.channels import Channels
from autograder.kernels.forking.pool import fork_kernel, server_for
from autograder.kernels.isolation.choosing import LEVELS


class Talk:
    """A kernel at one level; use as a context manager."""

    def __init__(self, level, files=None, seed=None, allowance=None, plan=None):
        self.level = level
        self._level = LEVELS[level]()
        self._plan = plan or plan_of_course()
        self._wanted = (files, seed, allowance)

    def __enter__(self):
        self.server = server_for(self._level, self._plan)
        self.kernel = fork_kernel(self._level, self._plan, *self._wanted)
        self.channels = Channels(self.kernel.connection)
        assert self.channels.greet(30)
        return self

    def __exit__(self, *_):
        self.channels.close()
        self.kernel.close()

    def error(self, code, seconds=60):
        """What stopped this code: an exception, why the kernel ended, or nothing at all ("")."""
        content = self._run(code, "None", seconds)
        if isinstance(content, str):
            return content
        return "" if content["status"] == "ok" else f"{content['ename']}: {content['evalue']}"

    def value(self, expression, first="", seconds=60):
        """The plain value of an expression, after the code in `first`."""
        content = self._run(first, expression, seconds)
        reply = content["user_expressions"]["value"]
        assert reply["status"] == "ok", reply
        return ast.literal_eval(reply["data"]["text/plain"])

    def _run(self, code, expression, seconds):
        message = self.channels.send(
            "execute_request",
            {
                "code": code,
                "silent": False,
                "store_history": False,
                "allow_stdin": False,
                "stop_on_error": False,  # else what comes soon after an error is not run
                "user_expressions": {"value": f"{expression}"},
            },
        )
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.channels.receive(0.1)
            if found and found.channel == "shell" and found.parent == message:
                return found.content
            if (end := self.kernel.end()) is not None:
                return end.why
        raise TimeoutError(code)
