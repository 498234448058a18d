"""The tables of the relay, in version 1."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    initial: ClassVar[bool | None] = True

    dependencies: ClassVar[Sequence[tuple[str, str]]] = []

    operations: ClassVar[Sequence[Any]] = [
        # No model, as the table must keep its row when a test empties those of all models.
        migrations.RunSQL(
            "CREATE TABLE typedsignals_schema (version INTEGER NOT NULL PRIMARY KEY)",
            "DROP TABLE typedsignals_schema",
        ),
        migrations.RunSQL("INSERT INTO typedsignals_schema (version) VALUES (1)", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Inbox",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "grp", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("grp", models.CharField(max_length=100)),
                ("id", models.CharField(max_length=36)),
                ("time", models.FloatField()),
            ],
            options={
                "db_table": "typedsignals_inbox",
            },
        ),
        migrations.CreateModel(
            name="Dead",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "grp", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("grp", models.CharField(max_length=100)),
                ("seq", models.BigIntegerField()),
                ("key", models.CharField(max_length=255, null=True)),
                ("attempt", models.IntegerField()),
                ("time", models.FloatField()),
                ("error", models.TextField()),
            ],
            options={
                "db_table": "typedsignals_dead",
                "indexes": [models.Index(fields=["seq"], name="typedsignals_dead_seq")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "grp", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("grp", models.CharField(max_length=100)),
                ("seq", models.BigIntegerField()),
                ("key", models.CharField(max_length=255, null=True)),
                ("attempt", models.IntegerField()),
                ("due", models.FloatField(null=True)),
                ("token", models.CharField(max_length=36, null=True)),
                ("error", models.TextField(null=True)),
            ],
            options={
                "db_table": "typedsignals_delivery",
                "indexes": [
                    models.Index(fields=["grp", "due", "seq"], name="typedsignals_delivery_due"),
                    models.Index(fields=["grp", "key", "seq"], name="typedsignals_delivery_key"),
                    models.Index(fields=["seq"], name="typedsignals_delivery_seq"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("id", models.CharField(max_length=36)),
                ("type", models.CharField(max_length=255)),
                ("source", models.CharField(max_length=255)),
                ("subject", models.TextField(null=True)),
                ("key", models.CharField(max_length=255, null=True)),
                ("time", models.FloatField()),
                ("heard", models.BooleanField()),
                ("content", models.BinaryField()),
                ("headers", models.TextField()),
            ],
            options={
                "db_table": "typedsignals_message",
                "indexes": [
                    models.Index(
                        condition=models.Q(("heard", False)), fields=["type"], name="typedsignals_message_unheard"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("id",), name="typedsignals_message_id")],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "grp", "type", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("grp", models.CharField(max_length=100)),
                ("type", models.CharField(max_length=255)),
            ],
            options={
                "db_table": "typedsignals_subscription",
                "indexes": [models.Index(fields=["type"], name="typedsignals_subscription_type")],
            },
        ),
    ]
