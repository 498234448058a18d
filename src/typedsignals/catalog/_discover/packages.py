"""Discover the signals of packages: from names of packages to a catalog."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from ..._checking.contract import misfits_allowed
from ..._connecting.registry import all_signals
from ..._exceptions import DeclarationError
from ..._hook import Hook
from ..._sources.signal import FedSignal
from ..._validating.forward_references import complete
from ..._validating.results import STRICT
from .._describe.models import ModelRecords
from .._records.fingerprint import dotted_name
from .._records.signals import Catalog, SenderRecord, SignalRecord
from .declarations import AnySignal, Declared, declared_signals
from .importing import Importer
from .module_files import relative_file
from .no_signals import explain_no_signals
from .problems import Problem, failed_signal
from .receivers import receiver_records
from .relays import Relays
from .sends import Sends, find_sends


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found in some packages.

    Attributes:
        catalog: Their signals, except for those with problems.
        problems: What could not be catalogued. Without problems, the catalog is complete.
        left_out: The folders in the packages that have modules but no ``__init__.py``, by the names of their packages.
        seen: If the packages declare no signals: possible reasons, and what to do.
    """

    catalog: Catalog
    problems: tuple[Problem, ...]
    left_out: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()


def discover(
    packages: Iterable[str], watch: Callable[[str], object] = lambda module: None, exclude: Iterable[str] = ()
) -> Discovery:
    """Import packages with all their modules, and catalog the signals that they declare.

    Signals are found if they are attributes of modules or classes, or items of namespaces, but not if only an instance
    or a container holds them. A ``__main__`` module is not imported, but its source is searched for sends. Receivers
    that cannot be called with what their signal carries are recorded with the problem; `Signal.connect` does not raise.

    Args:
        packages: Names of packages or single modules, as in an ``import``.
        watch: Called with the name of each module before it is imported.
        exclude: Names of modules in the packages to leave out, including all modules in them.

    Raises:
        CatalogError: Two signals have the same name.
    """
    packages = sorted(set(packages))
    known = tuple(all_signals())
    importer = Importer(watch, exclude)
    with misfits_allowed():
        importer.add_all(packages)
    imported = {name: sys.modules[name] for name in importer.modules if name in sys.modules}
    broken = {problem.module for problem in importer.problems}
    sends = find_sends(name for name in importer.modules if name not in broken)
    models, relays = ModelRecords(), Relays(imported)
    problems = [*importer.problems, *sends.problems]
    # Sorted, because the second of two models with the same name is renamed.
    declared = sorted(declared_signals(imported, packages), key=lambda one: (one.module, one.path))
    signals = list(_records(declared, models, sends, relays, problems))
    catalog = Catalog.of(packages, models.records, signals, sends.unresolved, relays.records)
    seen = () if declared else explain_no_signals(importer, imported, packages, known)
    return Discovery(catalog, tuple(problems), importer.left_out, seen)


def _records(
    declared: Iterable[Declared], models: ModelRecords, sends: Sends, relays: Relays, problems: list[Problem]
) -> Iterator[SignalRecord]:
    for one in declared:
        try:
            with models.all_or_nothing():
                record = _record(one, models, sends, relays)
        except DeclarationError as error:
            problems.append(Problem(one.module, f"signal {one.path} cannot be catalogued: {error}"))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # raised by the program's own code, which describing it calls
            problems.append(failed_signal(one.module, one.path, error))
        else:
            yield record


def _record(declared: Declared, models: ModelRecords, sends: Sends, relays: Relays) -> SignalRecord:
    signal = declared.signal
    declaration = signal._declaration
    payload: type[BaseModel] | None = signal.payload_type
    if payload is not None:
        # Before it is recorded, so that recording does not stop half-way.
        complete(payload, signal._scopes)
    return SignalRecord(
        name=signal.name or declared.path.rpartition(".")[2],
        namespace=declaration.namespace,
        module=declared.module,
        qualified_name=declared.path,
        doc=inspect.cleandoc(signal.__doc__) if signal.__doc__ else None,
        file=relative_file(declaration.place.file, signal.__module__),
        line=declaration.place.line,
        payload=None if payload is None else models.add(payload),
        sender=_sender(signal),
        validate_mode=signal.validate,
        accepts=signal.accepts,
        returns=models.type_of(signal.returns, STRICT) if isinstance(signal, Hook) else None,
        owner=signal.owner if isinstance(signal, FedSignal) else None,
        receivers=(*receiver_records(signal), *relays.receivers_of(signal)),
        sends=sends.of(signal),
        carried=relays.carrying(signal),
    )


def _sender(signal: AnySignal) -> SenderRecord | None:
    kind: type | None = signal.sender_type
    if kind is None:
        return None
    return SenderRecord(name=dotted_name(kind), bases=tuple(dotted_name(base) for base in kind.__mro__[1:-1]))
