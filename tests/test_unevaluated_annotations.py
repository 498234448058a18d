"""Receivers whose annotations cannot be evaluated, which Python 3.14 and later try only on request."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.ways import AnySignal
from typedsignals import Payload, ReceiverSignatureError, Signal

pytestmark = pytest.mark.skipif(sys.version_info < (3, 14), reason="annotations are evaluated where they stand")

ANNOTATIONS = [
    "Missing",
    "Missing | None",
    "list[Missing]",
    "Missing[int]",
    "missing.Missing",
    "sys.missing",
    "missing()",
    '"Missing" | None',
    '"Missing" | list["Missing"]',
    "[][0]",
    "1 / 0",
    'f"{Missing}"',
]
MODULE = """
import sys

def function(sender, {name}: {type}, limit: {type} = 1, *, note: {type} = "n", mode: {type} = "m") -> {type}:
    return {name}

def made():
    kept = 0

    def with_closure(sender, {name}: {type}, **extra: {type}) -> {type}:
        return {name} + kept

    with_closure.attribute = "read as inspect does"
    return with_closure

def keyed(sender, {name}: {type}, *, given: {type}, **extra: {type}) -> {type}:
    return {name}

def prefixed(prefix: {type}, sender, {name}: {type}, **extra: {type}) -> {type}:
    return {name}

class Receivers:
    def method(self, sender, {name}: {type}, **extra: {type}) -> {type}:
        return {name}

    @classmethod
    def class_method(cls, sender, {name}: {type}, **extra: {type}) -> {type}:
        return {name}

    @staticmethod
    def static_method(sender, {name}: {type}, **extra: {type}) -> {type}:
        return {name}

    __call__ = method

class Static:
    __call__ = staticmethod(function)

class Initialised:
    def __init__(self, sender: {type}, {name}: {type}, **extra: {type}) -> None:
        self.given = {name}

    def __eq__(self, other):
        return self.given == other
"""
"""Receivers of all kinds, where annotations are not postponed."""
KINDS = 11


class Order(Payload):
    order_id: int
    note: str = "n"


def receivers(name: str, annotation: str) -> list[Callable[..., Any]]:
    """Make a receiver of each kind, with a parameter of that name."""
    names: Any = {}
    code = compile(MODULE.format(name=name, type=annotation), "receivers.py", "exec", dont_inherit=True)
    exec(code, names)  # noqa: S102  # a file with annotations that are not postponed is not for all Pythons to import
    instance = names["Receivers"]()
    return [
        names["function"],
        names["made"](),
        functools.partial(names["prefixed"], 1),
        functools.partial(names["keyed"], given=1),
        instance.method,
        functools.partial(instance.method, note="bound"),
        instance.class_method,
        instance.static_method,
        instance,
        names["Static"](),
        names["Initialised"],
    ]


@pytest.mark.parametrize("annotation", ANNOTATIONS)
@pytest.mark.parametrize("number", range(KINDS))
def test_it_is_checked(annotation: str, number: int) -> None:
    """Its parameters are known, whatever their annotations."""
    receiver = receivers("order_idd", annotation)[number]
    signal: AnySignal = Signal(Order)
    with pytest.raises(ReceiverSignatureError, match=r"it takes 'order_idd', .*did you mean 'order_id'\?"):
        signal.connect(receiver, weak=False)
    assert signal.connections == ()


@pytest.mark.parametrize("annotation", ANNOTATIONS)
def test_it_is_called_if_it_fits(annotation: str) -> None:
    """With the fields that it takes."""
    signal: AnySignal = Signal(Order)
    for receiver in receivers("order_id", annotation):
        signal.connect(receiver, weak=False)
    assert [value for _, value in signal.send(None, order_id=7)] == [7] * KINDS
