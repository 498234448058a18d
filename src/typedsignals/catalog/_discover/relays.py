"""Find the relays in imported modules, and what each of them carries."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from .._records.signals import CarriedRecord, ReceiverRecord, RelayRecord
from .declarations import AnySignal, named_members
from .module_files import relative_file
from .receivers import group_receiver_record

if TYPE_CHECKING:
    from ...relay import Relay, RelayDescription


class Relays:
    """The relays of a program.

    Args:
        modules: The imported modules by name.

    Attributes:
        records: The relays.
    """

    def __init__(self, modules: Mapping[str, Any]) -> None:
        self.records: list[RelayRecord] = []
        self._carried: defaultdict[int, list[CarriedRecord]] = defaultdict(list)
        self._receivers: defaultdict[int, list[ReceiverRecord]] = defaultdict(list)
        numbers: defaultdict[str, int] = defaultdict(int)
        for module, path, relay in sorted(_found(modules), key=lambda found: (found[2].name, *found[:2])):
            numbers[relay.name] += 1
            number = numbers[relay.name]
            self._add(relay.describe(), relay.name if number == 1 else f"{relay.name}#{number}", module, path)

    def _add(self, relay: RelayDescription, name: str, module: str, path: str) -> None:
        file = relative_file(relay.file, relay.module)
        self.records.append(
            RelayRecord(
                name=name,
                module=module,
                qualified_name=path,
                database=relay.database,
                broker=relay.broker or "",
                file=file,
                line=relay.line,
            )
        )
        for carried in relay.signals:
            self._carried[id(carried.signal)].append(CarriedRecord(relay=name, ordered=carried.is_ordered))
            self._receivers[id(carried.signal)] += [
                group_receiver_record(carried.signal, receiver, name) for receiver in carried.receivers
            ]

    def carrying(self, signal: AnySignal) -> tuple[CarriedRecord, ...]:
        """Return the relays that carry a signal."""
        return tuple(self._carried[id(signal)])

    def receivers_of(self, signal: AnySignal) -> tuple[ReceiverRecord, ...]:
        """Return the receivers of a signal that workers call."""
        return tuple(self._receivers[id(signal)])


def _found(modules: Mapping[str, Any]) -> Iterator[tuple[str, str, Relay]]:
    """Yield each relay, with its module and its path there: those of the module that made it, if it is among these."""
    # If the program has not imported the relay, it has none.
    package = sys.modules.get("typedsignals.relay")
    if package is None:
        return
    places: dict[int, tuple[bool, str, str, Relay]] = {}
    for one in named_members(modules, package.Relay, _Nothing):
        relay = cast("Relay", one.signal)  # the function is for members of any class
        place = relay.describe().module != one.module, one.module, one.path, relay
        places[id(relay)] = min(place, places.get(id(relay), place), key=lambda found: found[:3])
    yield from (place[1:] for place in places.values())


class _Nothing:
    """Has no instances: relays are not kept in namespaces."""
