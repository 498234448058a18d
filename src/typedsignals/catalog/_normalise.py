"""From model classes to their records: read from the models themselves, so the same for every version of pydantic.

pydantic's JSON schemas would not do: their text changes from one version of pydantic to the next, they show neither
strictness nor validators nor default factories, and one live field makes them fail.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NotRequired, Required, cast, get_args, get_origin, get_type_hints

from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typing_extensions import is_typeddict

from .._payload import complete
from ._annotations import AnnotationReader
from ._defaults import default_text
from ._fingerprints import behaviour, dotted_name
from ._metadata import field_metadata
from ._model import Behaviour, FieldRecord, ModelRecord

SETTINGS = (
    "coerce_numbers_to_str revalidate_instances ser_json_bytes ser_json_inf_nan ser_json_temporal ser_json_timedelta "
    "str_strip_whitespace str_to_lower str_to_upper use_enum_values val_json_bytes val_temporal_unit validate_default"
).split()
"""Configuration that changes which values are accepted, produced or written."""


DECORATORS = (
    "validators field_validators root_validators model_validators field_serializers model_serializers computed_fields"
).split()


class ModelRecords:
    """The records of models and all that are nested in them, by name.

    Two classes of one name (made in a function, say) get different ones: the second ends in ``#2``.
    """

    def __init__(self) -> None:
        self._names: dict[Any, str] = {}
        self._namesakes: Counter[str] = Counter()
        self._records: dict[str, ModelRecord] = {}

    @property
    def records(self) -> Mapping[str, ModelRecord]:
        """All records so far."""
        return self._records

    def add(self, model: type) -> str:
        """Record a model unless it has been, and give its name.

        Args:
            model: A pydantic model, dataclass or ``TypedDict``.

        Raises:
            DeclarationError: An annotation of the model refers to a name that is not defined.
        """
        if model not in self._names:
            name = self._names[model] = self._free_name(model)
            self._records[name] = self._record(name, model)
        return self._names[model]

    def _free_name(self, model: type) -> str:
        bare = self._name(model)
        self._namesakes[bare] += 1
        return bare if self._namesakes[bare] == 1 else f"{bare}#{self._namesakes[bare]}"

    def _name(self, model: type) -> str:
        """The dotted name, with the arguments of a generic model written in one way, whatever pydantic's."""
        generic = getattr(
            model, "__pydantic_generic_metadata__", {"origin": get_origin(model), "args": get_args(model)}
        )
        if not generic["origin"]:
            return dotted_name(model)
        reader = AnnotationReader(self, ConfigDict())
        return f"{dotted_name(generic['origin'])}[{', '.join(str(reader.read(part)) for part in generic['args'])}]"

    def _record(self, name: str, model: Any) -> ModelRecord:
        if isinstance(model, type) and issubclass(model, BaseModel):
            return self._pydantic(name, model)
        origin = get_origin(model) or model
        config = getattr(origin, "__pydantic_config__", ConfigDict())
        hints = get_type_hints(origin, include_extras=True)
        infos = _typed_dict_fields(origin, hints) if is_typeddict(origin) else _dataclass_fields(origin, hints)
        flavour = "typeddict" if is_typeddict(origin) else "dataclass"
        return self._make(name, origin, flavour, config, infos)

    def _pydantic(self, name: str, model: type[BaseModel]) -> ModelRecord:
        complete(model)
        return self._make(name, model, "model", model.model_config, model.model_fields)

    def _make(
        self, name: str, model: Any, flavour: str, config: ConfigDict, infos: Mapping[str, FieldInfo]
    ) -> ModelRecord:
        return ModelRecord(
            name=name,
            flavour=cast("Any", flavour),
            doc=_own_doc(model),
            extra=config.get("extra") or "ignore",
            fields=tuple(self._field(name, info, config, flavour) for name, info in infos.items()),
            computed=tuple(_computed_names(model)),
            settings={key: str(config[key]) for key in SETTINGS if config.get(key)},  # type: ignore[literal-required]
            behaviours=tuple(_behaviours(model)),
        )

    def _field(self, name: str, info: FieldInfo, config: ConfigDict, flavour: str) -> FieldRecord:
        reader = AnnotationReader(self, config)
        annotation = reader.read(info.annotation, tuple(field_metadata(info)))
        required = info.is_required() and NotRequired not in info.metadata
        return FieldRecord(
            name=name,
            type=annotation,
            required=required,
            default=None if info.default in (PydanticUndefined, ...) else default_text(info.default),
            default_factory=_factory(info),
            validation_aliases=tuple(_aliases(info.validation_alias, name)),
            serialization_alias=info.serialization_alias if info.serialization_alias != name else None,
            description=info.description,
            deprecated=_deprecation(info.deprecated),
            excluded=bool(info.exclude),
            sometimes_absent=info.exclude_if is not None or (flavour == "typeddict" and not required),
            behaviours=(*reader.behaviours, *_exclusion(info)),
        )


def _exclusion(info: FieldInfo) -> Iterator[Behaviour]:
    if info.exclude_if is not None:
        yield behaviour("exclude_if", info.exclude_if)


def _own_doc(model: Any) -> str | None:
    """The docstring, unless a dataclass or `TypedDict` made it up or it is inherited."""
    doc = vars(model).get("__doc__")
    return None if not doc or doc.startswith(f"{model.__name__}(") else inspect.cleandoc(doc)


def _dataclass_fields(model: Any, hints: Mapping[str, Any]) -> Mapping[str, FieldInfo]:
    known: Mapping[str, FieldInfo] | None = getattr(model, "__pydantic_fields__", None)
    if known is not None:
        return known
    fields = [field for field in dataclasses.fields(model) if field.init]
    return {field.name: _info(hints[field.name], field) for field in fields}


def _info(hint: Any, field: dataclasses.Field[Any]) -> FieldInfo:
    info = FieldInfo.from_annotation(hint)
    if field.default is not dataclasses.MISSING:
        info.default = field.default
    if field.default_factory is not dataclasses.MISSING:
        info.default_factory = field.default_factory
    return info


def _typed_dict_fields(model: Any, hints: Mapping[str, Any]) -> Mapping[str, FieldInfo]:
    return {name: _typed_dict_field(model, name, hint) for name, hint in hints.items()}


def _typed_dict_field(model: Any, name: str, hint: Any) -> FieldInfo:
    required = name in model.__required_keys__
    # With postponed annotations, `__required_keys__` does not see these.
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


def _aliases(alias: str | AliasPath | AliasChoices | None, name: str) -> Iterator[str]:
    match alias:
        case AliasChoices():
            for choice in alias.choices:
                yield from _aliases(choice, name)
        case AliasPath():
            yield ".".join(map(str, ("$", *alias.path))) if len(alias.path) > 1 else str(alias.path[0])
        case str() if alias != name:
            yield alias


def _deprecation(deprecated: Any) -> str | None:
    """The reason; pydantic has it as text, as True, or as the decorator of `warnings`."""
    text = getattr(deprecated, "message", deprecated)
    return (text if isinstance(text, str) else "deprecated") if text else None


def _decorators(model: Any) -> Iterator[tuple[str, str, Any]]:
    kinds = getattr(model, "__pydantic_decorators__", None)
    for kind in DECORATORS:
        for name, decorator in getattr(kinds, kind, {}).items():
            yield kind.rstrip("s").replace("_", " "), name, decorator


def _behaviours(model: Any) -> Iterator[Behaviour]:
    for kind, name, decorator in _decorators(model):
        fields = getattr(decorator.info, "fields", ())
        shown = f"{name} of {', '.join(fields)}" if fields else name
        yield behaviour(f"{kind} {shown}", decorator.func)


def _computed_names(model: Any) -> Iterator[str]:
    for kind, name, decorator in _decorators(model):
        if kind == "computed field":
            yield decorator.info.alias or name
