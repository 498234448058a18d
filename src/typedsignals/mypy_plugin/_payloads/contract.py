"""What a signal's type says of its sends and receivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ARG_NAMED_OPT, ARG_STAR, ARG_STAR2, ArgKind, FuncDef, Var
from mypy.types import AnyType, CallableType, Instance, Parameters, Type, TypeOfAny, get_proper_type

from .. import _names as names
from .._mypy.internals import depend_on, depend_on_new_members, depend_on_types
from .marks import allows_extra, marked_fields
from .marks_in_source import ALIAS, DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy.nodes import TypeInfo
    from mypy.plugin import CheckerPluginInterface


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it is sent: its name, whether it must be sent, and the type in which."""

    name: str
    kind: ArgKind
    type: Type


@dataclass(frozen=True, slots=True)
class Contract:
    """What may be sent and what receivers get.

    Args:
        payload: The payload model.
        sender: The type of senders.
        is_bound: Whether the signal has its sender, so that a send names none.
        fields: What is sent.
        extra: The type of whatever else may be sent; None if nothing may.
        delivered: The fields that receivers get, with the types that they have once they are validated.
        result: The type of what receivers return.
    """

    payload: Instance
    sender: Type
    is_bound: bool
    fields: Sequence[Field]
    extra: Type | None
    delivered: Mapping[str, Type]
    result: Type

    @property
    def payload_name(self) -> str:
        return self.payload.type.name

    @property
    def by_position(self) -> list[Type]:
        """The types of what is sent by position: the sender, if the signal has none."""
        return [] if self.is_bound else [self.sender]

    @property
    def sent_names(self) -> list[str]:
        return [field.name for field in self.fields]


def contract_of(signal: Type, checker: CheckerPluginInterface) -> Contract | None:
    """Return the contract of a signal, bound or not; None if its type does not tell.

    The annotation ``Signal[OrderPlaced]`` has no parameters, and means those of the payload.
    """
    signal = get_proper_type(signal)
    infos = signal.type.mro if isinstance(signal, Instance) else ()
    signal_info = next((info for info in infos if info.fullname in (names.SIGNAL, names.BOUND_SIGNAL)), None)
    if not isinstance(signal, Instance) or signal_info is None:
        return None
    payload, sender, *_, parameters = map(get_proper_type, map_instance_to_supertype(signal, signal_info).args)
    if not (isinstance(payload, Instance) and isinstance(parameters, Parameters) and _has_known_fields(payload)):
        return None
    depend_on(payload.type, ["__init__"], checker)
    depend_on_new_members(payload.type, checker)
    known = _constructor(payload) if _is_anything(parameters) else parameters
    if known is None or not _are_fields(known):
        return None
    is_bound = signal_info.fullname == names.BOUND_SIGNAL
    return _contract(payload, sender, is_bound, known, result_of(signal), checker)


def result_of(signal: Instance) -> Type:
    """Return the type of what receivers return: anything, unless the signal is a hook, bound or not."""
    hook = next((info for info in signal.type.mro if info.fullname == names.HOOK), None)
    if hook is None:
        known = signal.extra_attrs.attrs if signal.extra_attrs else {}
        return known.get(names.RETURNED, AnyType(TypeOfAny.special_form))
    _payload, _sender, _result, returned, _parameters = map_instance_to_supertype(signal, hook).args
    return returned


def _is_anything(parameters: Parameters) -> bool:
    """Return whether they are ``...``, which mypy's cache does not tell from what it stands for."""
    return parameters.arg_kinds == [ARG_STAR, ARG_STAR2]


def _are_fields(parameters: Parameters) -> bool:
    """Return whether all of them can be fields, which are sent by keyword."""
    return all(kind.is_named(star=True) for kind in parameters.arg_kinds)


def _has_known_fields(payload: Instance) -> bool:
    """Return whether it is a model with a constructor other than that of all models, which says nothing of fields."""
    constructor = payload.type.get_containing_type_info("__init__")
    is_own = constructor is not None and constructor.fullname != names.BASE_MODEL
    return is_own and payload.type.has_base(names.BASE_MODEL)


def _constructor(payload: Instance) -> Parameters | None:
    """Return the parameters of the constructor."""
    found = payload.type.get("__init__")
    if found is None or not isinstance(found.node, FuncDef):
        return None
    supertype = map_instance_to_supertype(payload, found.node.info)
    signature = get_proper_type(expand_type_by_instance(found.node.type, supertype)) if found.node.type else None
    if not isinstance(signature, CallableType):
        return None
    return Parameters(signature.arg_types[1:], signature.arg_kinds[1:], signature.arg_names[1:])


def _contract(
    payload: Instance,
    sender: Type,
    is_bound: bool,
    parameters: Parameters,
    result: Type,
    checker: CheckerPluginInterface,
) -> Contract:
    fields = list(_sent(payload.type, parameters, checker))
    delivered = _delivered(payload, fields)
    depend_on(payload.type, [*(field.name for field in fields), *delivered], checker)
    depend_on_types([*(field.type for field in fields), *delivered.values()], checker)
    return Contract(payload, sender, is_bound, fields, _extra(payload.type, parameters, checker), delivered, result)


def _sent(model: TypeInfo, parameters: Parameters, checker: CheckerPluginInterface) -> Iterator[Field]:
    """Yield the fields among the parameters, which are private attributes too for mypy."""
    field_names, defaulted = _names_by_alias(model, checker), marked_fields(model, DEFAULT, checker)
    for kind, parameter, sent in zip(parameters.arg_kinds, parameters.arg_names, parameters.arg_types, strict=True):
        name = field_names.get(str(parameter), str(parameter))
        if kind.is_named() and not name.startswith("_"):
            yield Field(name, ARG_NAMED_OPT if name in defaulted else kind, sent)


def _extra(model: TypeInfo, parameters: Parameters, checker: CheckerPluginInterface) -> Type | None:
    """Return the type of what may be sent besides fields, by the constructor or the model's configuration."""
    if ARG_STAR2 in parameters.arg_kinds:
        return parameters.arg_types[parameters.arg_kinds.index(ARG_STAR2)]
    return AnyType(TypeOfAny.special_form) if allows_extra(model, checker) else None


def _delivered(payload: Instance, sent: Sequence[Field]) -> dict[str, Type]:
    """Return the fields of the model, which are what is sent, unless its constructor is written by hand."""
    constructor = payload.type.get("__init__")
    if constructor is not None and not constructor.plugin_generated:
        return {name: kind for name in _declared(payload.type) if (kind := _validated(payload, name))}
    return {field.name: _validated(payload, field.name) or field.type for field in sent}


def _declared(model: TypeInfo) -> Iterator[str]:
    """Yield the fields that a model and its bases declare, whether these are models or not."""
    for info in reversed(model.mro):
        for name, symbol in info.names.items():
            is_annotated = isinstance(symbol.node, Var) and not (symbol.node.is_inferred or symbol.node.is_classvar)
            if is_annotated and not name.startswith("_"):
                yield name


def _validated(payload: Instance, name: str) -> Type | None:
    """Return the type that a field has once it is validated: that of the model's attribute."""
    found = payload.type.get(name)
    if found is None or not isinstance(found.node, Var) or found.node.type is None:
        return None
    return expand_type_by_instance(found.node.type, map_instance_to_supertype(payload, found.node.info))


def _names_by_alias(model: TypeInfo, checker: CheckerPluginInterface) -> dict[str, str]:
    """Return the fields that mypy calls by their ``alias=``, while senders and receivers use the field's name."""
    aliases = marked_fields(model, ALIAS, checker)
    return {alias: field for field, alias in aliases.items() if model.get(alias) is None}
