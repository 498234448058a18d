"""What a signal's type says of its sends and receivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ARG_NAMED, ARG_NAMED_OPT, ARG_STAR, ARG_STAR2, ArgKind, FuncDef, Var
from mypy.types import AnyType, CallableType, Instance, Parameters, Type, TypeOfAny, get_proper_type

from . import _names as names
from ._dependency import depend_on, depend_on_new_members, depend_on_types
from ._field_source import ALIAS, DEFAULT
from ._marks import allows_extra, marked_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy.checker import TypeChecker
    from mypy.nodes import TypeInfo

BY_KEYWORD = (ARG_NAMED, ARG_NAMED_OPT)


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it is sent.

    Args:
        name: Its name.
        kind: Whether it must be sent.
        type: The type in which it is sent.
    """

    name: str
    kind: ArgKind
    type: Type


@dataclass(frozen=True, slots=True)
class Contract:
    """What may be sent and what receivers get.

    Args:
        payload: The payload model.
        sender: The type of senders.
        fields: What is sent.
        extra: The type of whatever else may be sent; None if nothing may.
        delivered: The fields that receivers get, with their types, which are the validated ones.
    """

    payload: Instance
    sender: Type
    fields: Sequence[Field]
    extra: Type | None
    delivered: Mapping[str, Type]

    @property
    def payload_name(self) -> str:
        return self.payload.type.name

    @property
    def sent_names(self) -> list[str]:
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
    if not (isinstance(payload, Instance) and isinstance(parameters, Parameters) and _has_known_fields(payload)):
        return None
    depend_on(payload.type, ["__init__"], checker)
    depend_on_new_members(payload.type, checker)
    known = _constructor(payload) if _is_anything(parameters) else parameters
    return None if known is None else _contract(payload, sender, known, checker)


def _is_anything(parameters: Parameters) -> bool:
    """Whether they are ``...``, which mypy does not tell from what it means when they come from its cache."""
    kinds = parameters.arg_kinds == [ARG_STAR, ARG_STAR2]
    return kinds and all(isinstance(get_proper_type(kind), AnyType) for kind in parameters.arg_types)


def _has_known_fields(payload: Instance) -> bool:
    """Whether it is a model, and has a constructor other than that of all models, which says nothing of fields."""
    constructor = payload.type.get_containing_type_info("__init__")
    is_model = payload.type.has_base(names.BASE_MODEL) and not payload.type.has_base(names.ROOT_MODEL)
    return is_model and constructor is not None and constructor.fullname != names.BASE_MODEL


def _constructor(payload: Instance) -> Parameters | None:
    """The parameters of the constructor."""
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
            fields.append(Field(name, ARG_NAMED_OPT if name in defaulted else kind, sent))
        else:
            return None
    # mypy takes private attributes for fields.
    fields = [field for field in fields if not field.name.startswith("_")]
    if extra is None and allows_extra(payload.type, checker):
        extra = AnyType(TypeOfAny.special_form)
    delivered = _delivered(payload, fields)
    depend_on(payload.type, [*(field.name for field in fields), *delivered], checker)
    depend_on_types([*(field.type for field in fields), *delivered.values()], checker)
    return Contract(payload, sender, fields, extra, delivered)


def _delivered(payload: Instance, sent: Sequence[Field]) -> dict[str, Type]:
    """What receivers get: the fields of the model, which are what is sent, unless a constructor is written by hand."""
    constructor = payload.type.get("__init__")
    if constructor is not None and not constructor.plugin_generated:
        return {name: kind for name in _declared(payload.type) if (kind := _validated(payload, name))}
    return {field.name: _validated(payload, field.name) or field.type for field in sent}


def _declared(model: TypeInfo) -> Iterator[str]:
    """The fields that a model and its bases declare."""
    for info in reversed([info for info in model.mro if info.has_base(names.BASE_MODEL)]):
        for name, symbol in info.names.items():
            is_annotated = isinstance(symbol.node, Var) and not (symbol.node.is_inferred or symbol.node.is_classvar)
            if is_annotated and not name.startswith("_"):
                yield name


def _validated(payload: Instance, name: str) -> Type | None:
    """The type that a field has once it is validated: that of the model's attribute."""
    found = payload.type.get(name)
    if found is None or not isinstance(found.node, Var) or found.node.type is None:
        return None
    return expand_type_by_instance(found.node.type, map_instance_to_supertype(payload, found.node.info))


def _names_by_alias(model: TypeInfo, checker: TypeChecker) -> dict[str, str]:
    """The fields that mypy calls by their ``alias=``, while senders and receivers do not."""
    aliases = marked_fields(model, ALIAS, checker)
    return {alias: field for field, alias in aliases.items() if model.get(alias) is None}
