"""Stay consistent when an exception interrupts at any point: a signal handler's, a soft time limit's, Ctrl-C.

Python raises such exceptions at three kinds of points: where a Python function begins or a generator resumes, after a
call of anything written in C, and where a loop jumps back. From this follows everything in this file:

- Statements without a call or a loop are one step: all of them happen, or none.
- A call of a Python function may do nothing at all, not even the first line of its ``try``. This goes for `__exit__`
  too, so managers made with `contextlib.contextmanager` are sometimes left open. A generator that is suspended in a
  ``try`` is safe: wherever it is interrupted, its ``finally`` runs.
- An exception may come between ``lock.acquire()`` and the ``try`` after it. It cannot come after an attribute access.
"""

from __future__ import annotations

import sys
from _thread import RLock
from collections.abc import Callable, Iterator
from contextlib import ContextDecorator
from functools import partial, wraps
from operator import attrgetter, methodcaller
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class Lock(RLock):  # type: ignore[misc]  # the stubs call it final, but it is not
    """A reentrant lock that no interrupt leaves held.

    Attributes:
        is_taken: Reading it takes the lock if no other thread holds it, and tells whether it did. Directly after it
            must come ``try``, with ``finally: lock.release()``.
    """

    __slots__ = ()
    is_taken = property(methodcaller("acquire", False))

    if sys.version_info >= (3, 14):  # pragma: no cover - there, a `with` statement calls what it enters
        _taken = property(methodcaller("acquire"))

        def __enter__(self) -> bool:
            return self._taken  # type: ignore[no-any-return]


class Ending:
    """Called at the end of a ``with`` statement: resumes a generator, then calls a function in its own place.

    No Python code runs before the generator is back inside its own ``try``.
    """

    @staticmethod
    def _go_on() -> object:
        raise RuntimeError("a block that was not entered cannot end")

    def begin(self, generator: Iterator[T], then: Callable[..., object]) -> T:
        """Run a generator up to its ``yield``, at which the block runs.

        Args:
            generator: Yields once, in a ``try``; its ``finally`` ends the block.
            then: Called like ``__exit__`` after the ``finally``.

        Returns:
            What the generator yields.
        """
        if self.__dict__:
            raise RuntimeError("this block has already been entered; make another one")
        # If the block was interrupted while it ended, the generator is over: ending it again does nothing.
        self._go_on = partial(next, generator, then)  # type: ignore[method-assign]
        try:
            value = next(generator)
        except BaseException:
            # At once: code that keeps the exception keeps its traceback's frames, and with them the generator.
            generator.close()  # type: ignore[attr-defined]  # it is one
            raise
        return value

    def forget(self) -> None:
        """Drop the generator and what it refers to; another may begin then."""
        self.__dict__.clear()

    __call__ = property(methodcaller("_go_on"))


def _nothing_more(*_: object) -> None:
    """Do nothing, as the `__exit__` of a block that has ended."""


class EndingOf(property):
    """An `__exit__` that is the instance's `Ending`; on the class itself, a function that takes the instance."""

    def __call__(self, instance: object, *error: object) -> Any:
        return self.__get__(instance)(*error)


class Lasting(ContextDecorator, Generic[T]):
    """The context manager of a ``with`` block, made by `lasting`."""

    __slots__ = ("_arguments", "_ending", "_function", "_generator", "_keywords")

    def __init__(
        self, function: Callable[..., Iterator[T]], arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> None:
        self._generator = function(*arguments, **keywords)
        self._ending = Ending()
        self._function, self._arguments, self._keywords = function, arguments, keywords

    def __enter__(self) -> T:
        return self._ending.begin(self._generator, _nothing_more)

    if TYPE_CHECKING:

        def __exit__(self, error_type: object, error: object, traceback: object) -> None: ...

    else:
        __exit__ = EndingOf(attrgetter("_ending"))

    def _recreate_cm(self) -> Lasting[T]:
        """Make a new manager for each call of a function that this one decorates."""
        return Lasting(self._function, self._arguments, self._keywords)


class LastingAsync(Generic[T]):
    """The context manager of an ``async with`` block, which begins and ends without waiting; see `lasting_async`."""

    def __init__(self, generator: Iterator[T]) -> None:
        self._generator = generator
        self._ending = Ending()

    async def __aenter__(self) -> T:
        return self._ending.begin(self._generator, _nothing_to_await)

    if TYPE_CHECKING:

        async def __aexit__(self, error_type: object, error: object, traceback: object) -> None: ...

    else:
        __aexit__ = EndingOf(attrgetter("_ending"))


class Nothing:
    """An awaitable that does nothing; unlike a coroutine, it may go without being awaited."""

    def __await__(self) -> Iterator[None]:
        return iter(())


def _nothing_to_await(*_: object) -> Nothing:
    """Do nothing, as the `__aexit__` of a block that has ended."""
    return Nothing()


def lasting(function: Callable[P, Iterator[T]]) -> Callable[P, Lasting[T]]:
    """Make a context manager from a generator function, as `contextlib.contextmanager` does, with two differences.

    The block ends whatever interrupts it. An error in the block is not raised in the generator, which always resumes
    in its ``finally``.
    """

    @wraps(function)
    def manager(*args: P.args, **kwargs: P.kwargs) -> Lasting[T]:
        return Lasting(function, args, kwargs)

    return manager


def lasting_async(function: Callable[P, Iterator[T]]) -> Callable[P, LastingAsync[T]]:
    """Like `lasting`, for an ``async with`` block."""

    @wraps(function)
    def manager(*args: P.args, **kwargs: P.kwargs) -> LastingAsync[T]:
        return LastingAsync(function(*args, **kwargs))

    return manager
