"""Map the fields of messages between two versions of a model: one writes them, the other reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .._records import types as t
from .._records.signals import FieldRecord, ModelRecord
from .._records.verdicts import Verdict, worst


class WireMapping:
    """Maps the fields of messages from the model that writes them to the model that reads them.

    Args:
        writer: The model that writes the messages.
        reader: The model that reads them.
        holds: Whether the second type reads everything that the first one writes.
    """

    def __init__(
        self, writer: ModelRecord, reader: ModelRecord, holds: Callable[[t.TypeRecord, t.TypeRecord], bool | None]
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._holds = holds

    def verdict(self, written: FieldRecord | None, read: FieldRecord | None) -> Verdict:
        """Whether the reader finds and accepts a field, judged by its keys; types are compared separately.

        Args:
            written: The writer's field; None if it is new in the reader.
            read: The corresponding field of the reader; None if it no longer exists.
        """
        if self._writer.has_keys:
            return worst(*self._verdicts(written, read))
        # A field that was added or removed moves the others.
        return Verdict.of(self._holds(t.ModelType(model=self._writer.name), t.ModelType(model=self._reader.name)))

    def is_direct(self, written: FieldRecord, read: FieldRecord) -> bool:
        """Whether the reader's field gets its value from the writer's field."""
        return supplier(self._writer, self._reader, read) is written

    def _verdicts(self, written: FieldRecord | None, read: FieldRecord | None) -> Iterator[Verdict]:
        if read is not None:
            yield self._supply(written, read)
        if written is not None and written.written_name is not None:
            yield from self._reception(written, read)

    def _supply(self, written: FieldRecord | None, read: FieldRecord) -> Verdict:
        """Whether the reader's field gets a value."""
        found = supplier(self._writer, self._reader, read)
        if found is None and read.required:
            return Verdict.BREAKS
        if found is None:
            # The default replaces a value that was written, or that may be among the unknown fields.
            return Verdict.SAFE if written is None and self._writer.extra != "allow" else Verdict.WARNS
        if found.sometimes_absent and read.required:
            return Verdict.BREAKS
        return Verdict.SAFE if found == written else Verdict.of(self._holds(found.type, read.type))

    def _reception(self, written: FieldRecord, read: FieldRecord | None) -> Iterator[Verdict]:
        """Whether the reader accepts the key, and the fields that get its value."""
        takers = consumers(self._writer, written, self._reader)
        if not takers and self._reader.extra == "forbid":
            yield Verdict.BREAKS
        if not takers and self._reader.extra_type is not None:
            yield Verdict.of(self._holds(written.type, self._reader.extra_type.value))
        for taker in takers:
            if taker != read:
                yield Verdict.of(self._holds(written.type, taker.type))


def supplier(writer: ModelRecord, reader: ModelRecord, read: FieldRecord) -> FieldRecord | None:
    """Return the writer's field from which a field of the reader gets its value."""
    return next((found for field, found in _suppliers(writer, reader) if field is read), None)


def _suppliers(writer: ModelRecord, reader: ModelRecord) -> list[tuple[FieldRecord, FieldRecord | None]]:
    """Return each field of the reader, and the writer's field from which it gets its value.

    Validation aliases come before the name. In named tuples, the position decides.
    """
    if not reader.has_keys:
        given = (*writer.fields, *[None] * len(reader.fields))
        return [*zip(reader.fields, given, strict=False)]
    written = {field.written_name: field for field in (*map(_computed, writer.computed), *writer.fields)}
    return [
        (read, next((written[name] for name in read.read_names if name in written), None)) for read in reader.fields
    ]


def _computed(key: str) -> FieldRecord:
    """Return a computed field as a field that is written. Its type is unknown."""
    return FieldRecord(name=key, type=t.OpaqueType(name="computed", fingerprint=key), required=True)


def unread(writer: ModelRecord, reader: ModelRecord) -> Iterator[FieldRecord]:
    """Yield what is written, fields and computed fields, that no field of the reader gets."""
    read = {found.written_name for _, found in _suppliers(writer, reader) if found is not None}
    for field in (*map(_computed, writer.computed), *writer.fields):
        if field.written_name is not None and field.written_name not in read:
            yield field


def unread_computed(writer: ModelRecord, reader: ModelRecord) -> list[str]:
    """Return the keys of computed fields that the reader refuses."""
    if reader.extra != "forbid":
        return []
    return [field.name for field in unread(writer, reader) if field.name in writer.computed]


def consumers(writer: ModelRecord, written: FieldRecord, reader: ModelRecord) -> list[FieldRecord]:
    """Return the reader's fields that get their value from a field of the writer.

    If a field could be read from two keys that are both present, the second one is an unknown key for pydantic.
    """
    return [field for field, found in _suppliers(writer, reader) if found is written]


def reads_all_keys(writer: ModelRecord, reader: ModelRecord) -> bool:
    """Whether a reader that refuses unknown keys knows all keys that are written."""
    read = [id(found) for _, found in _suppliers(writer, reader)]
    are_read = all(id(field) in read for field in writer.fields if field.written_name is not None)
    return are_read and not unread_computed(writer, reader)
