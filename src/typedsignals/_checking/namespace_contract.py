"""Check, when a receiver is connected to a namespace, that it can be called with what any of its signals sends."""

from __future__ import annotations

from typing import Any

from .._inspecting.callables import is_async
from .contract import ReceiverContract, misuse
from .doubts import never_runs
from .fitting import call_problem
from .terms import Options, Shape


class NamespaceContract(ReceiverContract):
    """What receivers of a namespace must take: a signal, a sender and a payload."""

    def _shape(self, receiver: Any, options: Options) -> Shape:
        problem = misuse(receiver, options) or _problem_with_kind(receiver)
        if not problem:
            problem = call_problem(receiver, "it is called as", "signal", "sender", "payload")
        idle = "" if problem else never_runs(receiver)
        return Shape(problem=problem, doubts=(idle,) if idle else ())


def _problem_with_kind(receiver: Any) -> str:
    if not is_async(receiver):
        return ""
    return (
        "it is a coroutine function, which the ways to send that await nothing could not call; connect a plain "
        "function, which may start a task, or connect it to the signals that it is about"
    )
