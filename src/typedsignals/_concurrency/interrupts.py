"""Staying whole when an exception strikes anywhere: a signal handler's, a soft time limit's, Ctrl-C.

Python lets such exceptions in at three kinds of place: where a Python function begins or a generator goes on, after a
call of anything that is written in C, and where a loop jumps back. From this follows all that is done about them:

- Statements without a call or a loop are one step: all of them happen, or none.
- A Python function may be called and do nothing, not even the first line of its ``try``. This is true of `__exit__`,
  so that managers made with `contextlib.contextmanager` are left open now and then. A generator that waits in a ``try``
  is safe: wherever it is interrupted, its ``finally`` runs.
- Between ``lock.acquire()`` and a ``try`` after it an exception may strike. Attribute access lets none in.
"""

from __future__ import annotations

import sys
from _thread import RLock
from collections.abc import Callable, Generator, Iterator
from contextlib import ContextDecorator
from functools import partial, wraps
from operator import attrgetter, methodcaller
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class Lock(RLock):  # type: ignore[misc]  # the stubs call it final, and it is not
    """A reentrant lock that no interrupt leaves held.

    Attributes:
        is_taken: Asked for, it takes the lock if no other thread has it, and says whether it did. It is followed by
            ``try`` at once, and ``finally: lock.release()``.
    """

    __slots__ = ()
    is_taken = property(methodcaller("acquire", False))

    if sys.version_info >= (3, 14):  # pragma: no cover - there, a `with` statement calls what it enters
        _taken = property(methodcaller("acquire"))

        def __enter__(self) -> bool:
            return self._taken  # type: ignore[no-any-return]


class Ending:
    """What a ``with`` statement calls at its end: it goes on with a generator, then calls a function in its place.

    Nothing of this is written in Python before the generator is inside its own ``try``.
    """

    @staticmethod
    def _go_on() -> object:
        raise RuntimeError("a block that was not entered cannot end")

    def begin(self, generator: Iterator[T], then: Callable[..., object]) -> T:
        """Run a generator up to its ``yield``, which is where the block runs.

        Args:
            generator: Yields once, in a ``try``; its ``finally`` ends the block.
            then: Called as ``__exit__`` when that has happened.

        Returns:
            What it yields.
        """
        if self.__dict__:
            raise RuntimeError("this block has been entered already; make another one")
        life = _life(generator, then)
        # If the block was interrupted while it ended, its life is over: ending it again does nothing.
        self._go_on = partial(next, life, then)  # type: ignore[method-assign]
        try:
            value: T = next(life)
        except BaseException:
            # At once: whoever keeps the exception keeps the frames of its traceback, and the generator in them.
            life.close()
            raise
        return value

    def forget(self) -> None:
        """Let go of the generator, and of what it refers to; another may begin."""
        self.__dict__.clear()

    __call__ = property(methodcaller("_go_on"))


def _life(generator: Iterator[T], then: Callable[..., object]) -> Generator[Any, None, None]:
    yield from generator
    while True:
        yield then


def _nothing_more(*_: object) -> None:
    """The `__exit__` of a block that has ended."""


class EndingOf(property):
    """An `__exit__` that is an `Ending` of the instance; with the class alone, a function of the instance."""

    def __call__(self, instance: object, *error: object) -> Any:
        return self.__get__(instance)(*error)


class Lasting(ContextDecorator, Generic[T]):
    """The manager of a block, made by `lasting`."""

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
        """A new one for each call, as a decorator."""
        return Lasting(self._function, self._arguments, self._keywords)


class LastingAsync(Generic[T]):
    """The manager of an ``async with`` block, which begins and ends without waiting; made by `lasting_async`."""

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
    """What there is to await of an ``async with`` block that has ended; it need not be, as a coroutine would."""

    def __await__(self) -> Iterator[None]:
        return iter(())


def _nothing_to_await(*_: object) -> Nothing:
    """The `__aexit__` of a block that has ended."""
    return Nothing()


def lasting(function: Callable[P, Iterator[T]]) -> Callable[P, Lasting[T]]:
    """As `contextlib.contextmanager`, of which it differs in two ways.

    The block ends whatever interrupts it; and what the block raises is not raised in the generator, which goes on in
    its ``finally`` in any case.
    """

    @wraps(function)
    def manager(*args: P.args, **kwargs: P.kwargs) -> Lasting[T]:
        return Lasting(function, args, kwargs)

    return manager


def lasting_async(function: Callable[P, Iterator[T]]) -> Callable[P, LastingAsync[T]]:
    """As `lasting`, for an ``async with`` block."""

    @wraps(function)
    def manager(*args: P.args, **kwargs: P.kwargs) -> LastingAsync[T]:
        return LastingAsync(function(*args, **kwargs))

    return manager
