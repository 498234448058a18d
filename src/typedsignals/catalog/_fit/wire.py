"""What becomes of the fields of a message, written by one version of a model, where another reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .._records.rules import Verdict, worst
from .._records.signals import FieldRecord, ModelRecord
from .._records.types import ModelType, OpaqueType, TypeRecord


class Passage:
    """The way of messages from one model to another.

    Args:
        writer: The model that they are written by.
        reader: The model that they are read by.
        holds: Whether one type reads all that another writes.
    """

    def __init__(
        self, writer: ModelRecord, reader: ModelRecord, holds: Callable[[TypeRecord, TypeRecord], bool | None]
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._holds = holds

    def verdict(self, written: FieldRecord | None, read: FieldRecord | None) -> Verdict:
        """What becomes of one field, as far as keys decide: its type is judged apart.

        Args:
            written: The field of the writer; None if it is new to the reader.
            read: The field of the reader that corresponds; None if there is none any more.
        """
        if self._writer.has_keys:
            return worst(*self._verdicts(written, read))
        # A field that is gone or new gives others another place.
        return Verdict.of(self._holds(ModelType(model=self._writer.name), ModelType(model=self._reader.name)))

    def is_direct(self, written: FieldRecord, read: FieldRecord) -> bool:
        """Whether what is written for one field is what the other reads."""
        return supplier(self._writer, self._reader, read) is written

    def _verdicts(self, written: FieldRecord | None, read: FieldRecord | None) -> Iterator[Verdict]:
        if read is not None:
            yield self._supply(written, read)
        if written is not None and written.written_name is not None:
            yield from self._reception(written, read)

    def _supply(self, written: FieldRecord | None, read: FieldRecord) -> Verdict:
        """Whether the reader's field finds a value."""
        found = supplier(self._writer, self._reader, read)
        if found is None and read.required:
            return Verdict.BREAKS
        if found is None:
            # The default takes the place of a value that was written, or may stand among unknown fields.
            return Verdict.SAFE if written is None and self._writer.extra != "allow" else Verdict.WARNS
        if found.sometimes_absent and read.required:
            return Verdict.BREAKS
        return Verdict.SAFE if found == written else Verdict.of(self._holds(found.type, read.type))

    def _reception(self, written: FieldRecord, read: FieldRecord | None) -> Iterator[Verdict]:
        """Whether the reader accepts the key, and what it takes it for."""
        takers = consumers(self._writer, written, self._reader)
        if not takers and self._reader.extra == "forbid":
            yield Verdict.BREAKS
        for taker in takers:
            if taker != read:
                yield Verdict.of(self._holds(written.type, taker.type))


def supplier(writer: ModelRecord, reader: ModelRecord, read: FieldRecord) -> FieldRecord | None:
    """The field of the writer whose value a field of the reader gets."""
    return next((found for field, found in _suppliers(writer, reader) if field is read), None)


def _suppliers(writer: ModelRecord, reader: ModelRecord) -> list[tuple[FieldRecord, FieldRecord | None]]:
    """For each field of the reader the one of the writer whose value it gets: a validation alias goes before the name.

    In named tuples, it is the one in the same place.
    """
    if not reader.has_keys:
        given = (*writer.fields, *[None] * len(reader.fields))
        return [*zip(reader.fields, given, strict=False)]
    written = {field.written_name: field for field in (*map(_computed, writer.computed), *writer.fields)}
    return [
        (read, next((written[name] for name in read.read_names if name in written), None)) for read in reader.fields
    ]


def _computed(key: str) -> FieldRecord:
    """A computed field as one that is written: of what type is not known."""
    return FieldRecord(name=key, type=OpaqueType(name="computed", fingerprint=key), required=True)


def unread_computed(writer: ModelRecord, reader: ModelRecord) -> list[str]:
    """The keys of computed fields that the reader refuses."""
    if reader.extra != "forbid":
        return []
    read = {found.written_name for _, found in _suppliers(writer, reader) if found is not None}
    return [key for key in writer.computed if key not in read]


def consumers(writer: ModelRecord, written: FieldRecord, reader: ModelRecord) -> list[FieldRecord]:
    """The fields of the reader that get the value of one of the writer.

    A key that a field could be read from, but is not as another is there too, counts as unknown to pydantic.
    """
    return [field for field, found in _suppliers(writer, reader) if found is written]


def reads_all_keys(writer: ModelRecord, reader: ModelRecord) -> bool:
    """Whether a reader that refuses unknown keys knows every one that is written."""
    read = [id(found) for _, found in _suppliers(writer, reader)]
    are_read = all(id(field) in read for field in writer.fields if field.written_name is not None)
    return are_read and not unread_computed(writer, reader)
