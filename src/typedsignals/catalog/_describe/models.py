"""Describe model classes as records, which are the same for every version of pydantic.

pydantic's JSON schemas are no alternative: their text changes from one version of pydantic to the next, they show
neither strictness nor validators nor default factories, and they fail for models with live fields.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import InitVar
from typing import Any, NotRequired, Required, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, RootModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typing_extensions import is_typeddict

from ..._validating.forward_references import complete
from .._records import types as t
from .._records.fingerprint import behaviour, dotted_name
from .._records.signals import ANY_FIELDS, UNKNOWN_FIELDS, Behaviour, FieldRecord, ModelRecord
from .aliases import read_aliases, with_generated_aliases
from .annotations import AnnotationReader
from .configs import config_of, extra_of, extra_types, identity, settings_of
from .defaults import default_text
from .hints import hints_of, names_around
from .metadata import field_metadata
from .methods import behaviours_of, computed_names
from .namedtuples import is_namedtuple, namedtuple_fields
from .refused_defaults import Trial, Trials, default_of, type_of
from .secrets import HIDDEN, is_secret

EMPTY = ConfigDict()
OWN = frozenset({"pydantic", "typedsignals"})
"""The packages whose base classes say nothing about a model."""


class ModelRecords:
    """The records of models and all models nested in them, by name.

    If two classes have the same name (because a function makes them, for example), the name of the second one ends in
    ``#2``. The same happens to a dataclass, ``TypedDict`` or named tuple that is nested in models with different
    configurations, because those apply to it.
    """

    def __init__(self) -> None:
        self._names: dict[tuple[Any, object], str] = {}
        self._namesakes: Counter[str] = Counter()
        self._records: dict[str, ModelRecord] = {}
        self._trials = Trials()
        self._names_around: Mapping[str, Any] = {}

    @property
    def records(self) -> Mapping[str, ModelRecord]:
        """All records so far."""
        return self._records

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """A block that removes its records if it raises, because some would refer to an unfinished one."""
        before = [(table, len(table)) for table in (self._names, self._records)]
        try:
            yield
        except BaseException:
            for table, size in before:
                while len(table) > size:
                    table.popitem()
            raise

    def add(self, model: type, outer: ConfigDict = EMPTY) -> str:
        """Record a model unless it is recorded, and return its name.

        Args:
            model: A pydantic model, dataclass, ``TypedDict`` or named tuple.
            outer: The configuration of the model in which it is nested.

        Raises:
            DeclarationError: An annotation of the model refers to an undefined name.
        """
        config = config_of(model, outer)
        key = model, identity(config)
        if key not in self._names:
            name = self._names[key] = self._free_name(model, config)
            self._records[name] = self._record(name, model, config)
        return self._names[key]

    def type_of(self, annotation: Any, config: ConfigDict) -> t.TypeRecord:
        """Record the models in an annotation that is no model's, and return its type."""
        return AnnotationReader(self, config).read(annotation)

    def _free_name(self, model: type, config: ConfigDict) -> str:
        bare = self._name(model, config)
        self._namesakes[bare] += 1
        return bare if self._namesakes[bare] == 1 else f"{bare}#{self._namesakes[bare]}"

    def _name(self, model: type, config: ConfigDict) -> str:
        """Return the dotted name. Arguments of a generic model are written the same for all versions of pydantic."""
        generic = getattr(
            model, "__pydantic_generic_metadata__", {"origin": get_origin(model), "args": get_args(model)}
        )
        if not generic["origin"]:
            return dotted_name(model)
        reader = AnnotationReader(self, config)
        return f"{dotted_name(generic['origin'])}[{', '.join(str(reader.read(part)) for part in generic['args'])}]"

    def _record(self, name: str, model: Any, config: ConfigDict) -> ModelRecord:
        if isinstance(model, type) and issubclass(model, BaseModel):
            return self._pydantic(name, model)
        origin = get_origin(model) or model
        hints = hints_of(origin, self._names_around)
        if is_namedtuple(origin):
            return self._make(name, origin, "namedtuple", config, namedtuple_fields(origin, hints))
        infos = _typed_dict_fields(origin, hints) if is_typeddict(origin) else _dataclass_fields(origin, hints)
        infos = {field: with_generated_aliases(field, info, config) for field, info in infos.items()}
        flavour = "typeddict" if is_typeddict(origin) else "dataclass"
        return self._make(name, origin, flavour, config, infos)

    def _pydantic(self, name: str, model: type[BaseModel]) -> ModelRecord:
        complete(model)
        flavour = "rootmodel" if issubclass(model, RootModel) else "model"
        outer, self._names_around = self._names_around, names_around(model)
        try:
            return self._make(name, model, flavour, model.model_config, model.model_fields)
        finally:
            self._names_around = outer

    def _make(
        self, name: str, model: Any, flavour: str, config: ConfigDict, infos: Mapping[str, FieldInfo]
    ) -> ModelRecord:
        extra = extra_of(model, config, flavour)
        reader = AnnotationReader(self, config)
        extra_type = self._extra_type(reader, model, flavour) if extra == "allow" else ANY_FIELDS
        return ModelRecord(
            name=name,
            flavour=cast("Any", flavour),
            bases=tuple(_bases(model)),
            doc=_own_doc(model),
            extra=extra,
            extra_type=None if extra_type == ANY_FIELDS else extra_type,
            fields=tuple(self._field(model, name, info, config, flavour) for name, info in infos.items()),
            keyword_only=tuple(_keyword_only(model)),
            computed=tuple(computed_names(model)),
            settings=settings_of(config),
            behaviours=(*behaviours_of(model), *map(_of_unknown_fields, reader.behaviours)),
        )

    def _extra_type(self, reader: AnnotationReader, model: Any, flavour: str) -> t.MappingType:
        key, value = extra_types(model, flavour, self._names_around)
        # Text needs no check that depends on the configuration: all names are.
        names = ANY_FIELDS.key if key is str else reader.read(key)
        return t.MappingType(container="dict", key=names, value=reader.read(value))

    def _field(self, model: Any, name: str, info: FieldInfo, config: ConfigDict, flavour: str) -> FieldRecord:
        reader = AnnotationReader(self, config)
        annotation = reader.read(info.annotation, tuple(field_metadata(info)))
        required = info.is_required() and NotRequired not in info.metadata
        trial = self._trials.of(info, name, model, config, annotation, has_code=bool(reader.behaviours))
        default, is_hidden = _default(info)
        return FieldRecord(
            name=name,
            type=annotation,
            required=required,
            default=default,
            is_hidden=is_hidden,
            refused_default=_refused(info, trial, is_hidden=is_hidden),
            is_default_unread=trial.is_unread,
            default_factory=_factory(info),
            validation_aliases=tuple(read_aliases(info.validation_alias, name)),
            serialization_alias=info.serialization_alias if info.serialization_alias != name else None,
            description=info.description,
            example=_example(info),
            deprecated=_deprecation(info.deprecated),
            excluded=bool(info.exclude) or bool(info.init_var),
            init_only=bool(info.init_var),
            sometimes_absent=info.exclude_if is not None or (flavour == "typeddict" and not required),
            behaviours=(*reader.behaviours, *_exclusion(info)),
        )


def _default(info: FieldInfo) -> tuple[str | None, bool]:
    """Return the default as text, and whether it is hidden."""
    if info.default in (PydanticUndefined, ...):
        return None, False
    is_hidden = info.default is not None and is_secret(info)
    return HIDDEN if is_hidden else default_text(info.default), is_hidden


def _example(info: FieldInfo) -> str:
    """Return the author's first example, unless values of the field are secret."""
    return default_text(info.examples[0]) if info.examples and not is_secret(info) else ""


def _refused(info: FieldInfo, trial: Trial, *, is_hidden: bool) -> t.TypeRecord | None:
    if not trial.is_refused:
        return None
    if not trial.is_given:
        return t.NO_VALUE
    return t.AnyType() if is_hidden else type_of(default_of(info))


def _of_unknown_fields(code: Behaviour) -> Behaviour:
    return code.model_copy(update={"fields": (UNKNOWN_FIELDS,)})


def _exclusion(info: FieldInfo) -> Iterator[Behaviour]:
    if info.exclude_if is not None:
        yield behaviour("exclude_if", info.exclude_if, "none")


def _bases(model: Any) -> Iterator[str]:
    """Yield the base classes that are models or dataclasses of the program; generic ones without their arguments."""
    for base in model.__mro__[1:]:
        is_model = issubclass(base, BaseModel) or dataclasses.is_dataclass(base)
        if is_model and "[" not in base.__name__ and base.__module__.partition(".")[0] not in OWN:
            yield dotted_name(base)


def _keyword_only(model: Any) -> Iterator[str]:
    if dataclasses.is_dataclass(model):
        # `fields` leaves out init-only fields. Class variables have an unknown `kw_only`.
        fields: Mapping[str, dataclasses.Field[Any]] = model.__dataclass_fields__
        yield from (name for name, field in fields.items() if field.init and field.kw_only is True)


def _own_doc(model: Any) -> str | None:
    """Return the docstring, unless it is inherited, or generated by a dataclass or `TypedDict`."""
    doc = vars(model).get("__doc__")
    # Since Python 3.15, dataclasses generate it only on access.
    is_written = isinstance(doc, str) and doc and not doc.startswith(f"{model.__name__}(")
    return inspect.cleandoc(doc) if is_written else None


def _dataclass_fields(model: Any, hints: Mapping[str, Any]) -> Mapping[str, FieldInfo]:
    known: Mapping[str, FieldInfo] | None = getattr(model, "__pydantic_fields__", None)
    if known is None:
        fields: Mapping[str, dataclasses.Field[Any]] = model.__dataclass_fields__
        known = {name: _field_info(hints[name], fields[name]) for name in _given(model, hints)}
    return {name: _init_only(info) if isinstance(hints.get(name), InitVar) else info for name, info in known.items()}


def _given(model: Any, hints: Mapping[str, Any]) -> Iterator[str]:
    """Yield the parameters of the constructor, without class variables, whose annotations may be anything."""
    kept = {field.name for field in dataclasses.fields(model)}
    for name, field in model.__dataclass_fields__.items():
        if field.init and (name in kept or isinstance(hints[name], InitVar)):
            yield name


def _field_info(hint: Any, field: dataclasses.Field[Any]) -> FieldInfo:
    kind = hint.type if isinstance(hint, InitVar) else hint
    return FieldInfo.from_annotated_attribute(kind, field.default if isinstance(field.default, FieldInfo) else field)


def _init_only(info: FieldInfo) -> FieldInfo:
    """Mark a field as init-only, which pydantic before 2.13 forgets if its default is a `Field`."""
    init_only = copy(info)
    init_only.init_var = True
    return init_only


def _typed_dict_fields(model: Any, hints: Mapping[str, Any]) -> Mapping[str, FieldInfo]:
    return {name: _typed_dict_field(model, name, hint) for name, hint in hints.items()}


def _typed_dict_field(model: Any, name: str, hint: Any) -> FieldInfo:
    required = name in model.__required_keys__
    # With postponed annotations, `__required_keys__` does not respect these.
    if get_origin(hint) in (Required, NotRequired):
        required = get_origin(hint) is Required
        (hint,) = get_args(hint)
    info = FieldInfo.from_annotation(hint)
    if not required:
        info.metadata.append(NotRequired)
    return info


def _factory(info: FieldInfo) -> Behaviour | None:
    factory = info.default_factory
    return None if factory is None else behaviour(dotted_name(factory), factory)


def _deprecation(deprecated: Any) -> str | None:
    """Return the reason, which pydantic has as text, as True, or as the decorator of `warnings`."""
    text = getattr(deprecated, "message", deprecated)
    return (text if isinstance(text, str) else "deprecated") if text else None
