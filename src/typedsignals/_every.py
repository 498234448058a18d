"""The receivers of a namespace, which hear of everything that its signals send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Self

from ._checking.namespace_contract import NamespaceContract
from ._checking.terms import Options, plain_options
from ._concurrency.serialised import lock
from ._connecting.following import Following
from ._connecting.registry import table_of
from ._identity import ANY
from ._signal import Signal

if TYPE_CHECKING:
    from ._checking.contract import ReceiverContract
    from ._signal import AnyReceiver, AnySignal


_CONTRACT: Final = NamespaceContract(None)


class EverySignal(Signal[Any, Any, ...]):
    """Stands for every signal of a namespace: its receivers are those of the namespace. It is never sent itself.

    Args:
        namespace: The name of the namespace.
    """

    def __init__(self, namespace: str) -> None:
        super().__init__()
        self._join(namespace)
        # So that it is not taken for a signal of the module that makes the namespace.
        self.__module__ = __name__
        self._following = Following(self._table)

    @property
    def _contract(self) -> ReceiverContract:
        return _CONTRACT

    def connect_to(self, signals: Iterable[AnySignal], receiver: AnyReceiver, *, weak: bool, priority: int) -> None:
        """Let a receiver hear of what these signals send.

        Args:
            signals: The signals of the namespace, which may become more meanwhile.
            receiver: As for `Namespace.connect`.
            weak: As for `Namespace.connect`.
            priority: As for `Namespace.connect`.
        """
        terms = self._contract.check(self, receiver, plain_options(Options(as_payload=True, priority=priority)))
        with lock, self._following.expected():
            for signal in signals:
                table_of(signal).open(self._following)
            # Last, so that an interrupt leaves it connected to all signals or to none.
            self._table.connect(receiver, ANY, terms, weak=weak)

    def include(self, signal: AnySignal) -> None:
        """Let the receivers hear of what a new signal of the namespace sends, if there are receivers."""
        if self._following.is_open:
            table_of(signal).open(self._following)

    def __deepcopy__(self, memo: object) -> Self:
        """Return itself, as it has no name by which it could be found: copies of a namespace share their receivers."""
        return self

    def __repr__(self) -> str:
        return f"<every signal of namespace {self._namespace!r}>"
