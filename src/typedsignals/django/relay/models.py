"""The tables of the relay. Workers read and write them; leave them to the relay.

The table with the version of all these is no model: emptying the tables after a test must not empty that.
"""

from __future__ import annotations

from typing import Any

from django.db import models


class Message(models.Model):
    """A message that somebody still needs."""

    seq: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    id: models.CharField[str, str] = models.CharField(max_length=36)
    type: models.CharField[str, str] = models.CharField(max_length=255)
    source: models.CharField[str, str] = models.CharField(max_length=255)
    subject: models.TextField[str | None, str | None] = models.TextField(null=True)
    key: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    time: models.FloatField[float, float] = models.FloatField()
    heard: models.BooleanField[bool, bool] = models.BooleanField()
    content: models.BinaryField[bytes, bytes] = models.BinaryField()
    headers: models.TextField[str, str] = models.TextField()

    class Meta:
        db_table: str = "typedsignals_message"
        constraints: tuple[models.UniqueConstraint, ...] = (
            models.UniqueConstraint(fields=["id"], name="typedsignals_message_id"),
        )
        indexes: tuple[models.Index, ...] = (
            models.Index(fields=["type"], condition=models.Q(heard=False), name="typedsignals_message_unheard"),
        )


class Delivery(models.Model):
    """A group that still has to receive a message."""

    pk: Any = models.CompositePrimaryKey("grp", "seq")
    grp: models.CharField[str, str] = models.CharField(max_length=100)
    seq: models.BigIntegerField[int, int] = models.BigIntegerField()
    key: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    attempt: models.IntegerField[int, int] = models.IntegerField()
    due: models.FloatField[float | None, float | None] = models.FloatField(null=True)
    token: models.CharField[str | None, str | None] = models.CharField(max_length=36, null=True)
    error: models.TextField[str | None, str | None] = models.TextField(null=True)

    class Meta:
        db_table: str = "typedsignals_delivery"
        indexes: tuple[models.Index, ...] = (
            models.Index(fields=["grp", "due", "seq"], name="typedsignals_delivery_due"),
            models.Index(fields=["grp", "key", "seq"], name="typedsignals_delivery_key"),
            models.Index(fields=["seq"], name="typedsignals_delivery_seq"),
        )


class Dead(models.Model):
    """A delivery that was given up."""

    pk: Any = models.CompositePrimaryKey("grp", "seq")
    grp: models.CharField[str, str] = models.CharField(max_length=100)
    seq: models.BigIntegerField[int, int] = models.BigIntegerField()
    key: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    attempt: models.IntegerField[int, int] = models.IntegerField()
    time: models.FloatField[float, float] = models.FloatField()
    error: models.TextField[str, str] = models.TextField()

    class Meta:
        db_table: str = "typedsignals_dead"
        indexes: tuple[models.Index, ...] = (models.Index(fields=["seq"], name="typedsignals_dead_seq"),)


class Subscription(models.Model):
    """A group that receives messages of a type."""

    pk: Any = models.CompositePrimaryKey("grp", "type")
    grp: models.CharField[str, str] = models.CharField(max_length=100)
    type: models.CharField[str, str] = models.CharField(max_length=255)

    class Meta:
        db_table: str = "typedsignals_subscription"
        indexes: tuple[models.Index, ...] = (models.Index(fields=["type"], name="typedsignals_subscription_type"),)


class Inbox(models.Model):
    """A message that a group has worked on."""

    pk: Any = models.CompositePrimaryKey("grp", "id")
    grp: models.CharField[str, str] = models.CharField(max_length=100)
    id: models.CharField[str, str] = models.CharField(max_length=36)
    time: models.FloatField[float, float] = models.FloatField()

    class Meta:
        db_table: str = "typedsignals_inbox"
