"""What a signal's type says of its sends and receivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ARG_NAMED, ARG_NAMED_OPT, ARG_STAR, ARG_STAR2, ArgKind, FuncDef, Var
from mypy.types import AnyType, CallableType, Instance, Parameters, Type, TypeOfAny, get_proper_type

from . import _names as names
from ._dependency import depend_on, depend_on_types
from ._field_source import ALIAS, DEFAULT
from ._marks import allows_extra, marked_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy.checker import TypeChecker
    from mypy.nodes import TypeInfo

BY_KEYWORD = (ARG_NAMED, ARG_NAMED_OPT)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a payload.

    Args:
        name: Its name.
        kind: Whether it must be sent.
        sent: The type in which it is sent.
        received: The type in which receivers get it, which is the validated one.
    """

    name: str
    kind: ArgKind
    sent: Type
    received: Type


@dataclass(frozen=True, slots=True)
class Contract:
    """What may be sent and what receivers get.

    Args:
        payload: The payload model.
        sender: The type of senders.
        fields: The payload's fields.
        extra: The type of whatever else may be sent; None if nothing may.
    """

    payload: Instance
    sender: Type
    fields: Sequence[Field]
    extra: Type | None

    @property
    def payload_name(self) -> str:
        return self.payload.type.name

    @property
    def field_names(self) -> list[str]:
        return [field.name for field in self.fields]


def contract_of(signal: Type, checker: TypeChecker) -> Contract | None:
    """The contract of a signal; None if its type does not tell.

    In ``Signal[OrderPlaced]``, written as an annotation, there are no parameters, and the payload's are meant.
    """
    signal = get_proper_type(signal)
    if not isinstance(signal, Instance) or not signal.type.has_base(names.SIGNAL):
        return None
    signal_info = next(info for info in signal.type.mro if info.fullname == names.SIGNAL)
    payload, sender, parameters = map(get_proper_type, map_instance_to_supertype(signal, signal_info).args)
    if not (isinstance(payload, Instance) and isinstance(parameters, Parameters) and _has_fields(payload)):
        return None
    depend_on(payload.type, ["__init__"], checker)
    known = _constructor(payload) if _is_anything(parameters) else parameters
    return None if known is None else _contract(payload, sender, known, checker)


def _is_anything(parameters: Parameters) -> bool:
    """Whether they are ``...``, which mypy does not tell from what it means when they come from its cache."""
    kinds = parameters.arg_kinds == [ARG_STAR, ARG_STAR2]
    return kinds and all(isinstance(get_proper_type(kind), AnyType) for kind in parameters.arg_types)


def _has_fields(payload: Instance) -> bool:
    info = payload.type
    return info.has_base(names.BASE_MODEL) and info.fullname != names.BASE_MODEL and not info.has_base(names.ROOT_MODEL)


def _constructor(payload: Instance) -> Parameters | None:
    """The parameters of the constructor, which is found in `Payload` if it has none of its own."""
    found = payload.type.get("__init__")
    if found is None or not isinstance(found.node, FuncDef):
        return None
    supertype = map_instance_to_supertype(payload, found.node.info)
    signature = get_proper_type(expand_type_by_instance(found.node.type, supertype)) if found.node.type else None
    if not isinstance(signature, CallableType):
        return None
    return Parameters(signature.arg_types[1:], signature.arg_kinds[1:], signature.arg_names[1:])


def _contract(payload: Instance, sender: Type, parameters: Parameters, checker: TypeChecker) -> Contract | None:
    fields, extra, field_names = [], None, _names_by_alias(payload.type, checker)
    defaulted = marked_fields(payload.type, DEFAULT, checker)
    for kind, parameter, sent in zip(parameters.arg_kinds, parameters.arg_names, parameters.arg_types, strict=True):
        if kind is ARG_STAR2:
            extra = sent
        elif kind in BY_KEYWORD and parameter is not None:
            name = field_names.get(parameter, parameter)
            needed = ARG_NAMED_OPT if name in defaulted else kind
            fields.append(Field(name, needed, sent, _validated(payload, name) or sent))
        else:
            return None
    depend_on(payload.type, [field.name for field in fields], checker)
    depend_on_types([kind for field in fields for kind in (field.sent, field.received)], checker)
    if extra is None and allows_extra(payload.type, checker):
        extra = AnyType(TypeOfAny.special_form)
    return Contract(payload, sender, fields, extra)


def _names_by_alias(model: TypeInfo, checker: TypeChecker) -> dict[str, str]:
    """The fields that mypy calls by their ``alias=``, while senders and receivers do not."""
    aliases = marked_fields(model, ALIAS, checker)
    return {alias: field for field, alias in aliases.items() if model.get(alias) is None}


def _validated(payload: Instance, name: str) -> Type | None:
    """The type that a field has once it is validated: that of the model's attribute."""
    found = payload.type.get(name)
    if found is None or not isinstance(found.node, Var) or found.node.is_property or found.node.type is None:
        return None
    return expand_type_by_instance(found.node.type, map_instance_to_supertype(payload, found.node.info))
