"""Attributes that are computed on first access."""

from __future__ import annotations

import threading

from typedsignals._concurrency.lazy import lazy


class Example:
    """Counts how often its attribute is computed."""

    def __init__(self) -> None:
        self.made = 0

    @lazy
    def attribute(self) -> object:
        """An attribute's documentation."""
        self.made += 1
        return object()


def test_it_is_made_once() -> None:
    """And not before the first access."""
    example = Example()
    assert example.made == 0
    assert example.attribute is example.attribute
    assert example.made == 1


def test_a_class_tells_what_it_is() -> None:
    """As for other properties."""
    assert isinstance(Example.attribute, lazy)
    assert Example.attribute.__doc__ == "An attribute's documentation."


def test_threads_that_ask_at_once_get_the_same() -> None:
    """Even while both of them compute it."""
    together = threading.Barrier(2)

    class Slow:
        @lazy
        def attribute(self) -> object:
            together.wait(60)
            return object()

    slow, found = Slow(), list[object]()
    threads = [threading.Thread(target=lambda: found.append(slow.attribute)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found[0] is found[1] is slow.attribute
