"""What Django's model signals carry."""

from __future__ import annotations

from typing import Any, Generic, Literal

from django.apps import AppConfig
from django.apps.registry import Apps
from django.db.models import Model
from django.db.models.query import QuerySet
from pydantic import InstanceOf
from typing_extensions import TypeVar

from .._validating.payload import Payload

ModelT = TypeVar("ModelT", bound=Model, default=Model)


class PreInit(Payload):
    """A model is about to be instantiated.

    Attributes:
        args: The positional arguments.
        kwargs: The keyword arguments. A receiver that changes the dictionary changes what the instance gets.
    """

    args: InstanceOf[tuple[Any, ...]]
    kwargs: InstanceOf[dict[str, Any]]


class PostInit(Payload, Generic[ModelT]):
    """A model was instantiated.

    Attributes:
        instance: The instance. Its ``_state`` is not set yet.
    """

    instance: ModelT


class PreSave(Payload, Generic[ModelT]):
    """An instance is about to be saved.

    Attributes:
        instance: The instance.
        raw: Whether it is saved exactly as it is, from a fixture: other records may still be missing.
        using: The alias of the database.
        update_fields: The names of the fields to update, if ``save`` was told which.
    """

    instance: ModelT
    raw: bool
    using: InstanceOf[str]
    update_fields: InstanceOf[frozenset[str]] | None


class PostSave(Payload, Generic[ModelT]):
    """An instance was saved; its transaction may still be rolled back.

    Attributes:
        instance: The instance.
        created: Whether the record is new.
        raw: Whether it is saved exactly as it is, from a fixture: other records may still be missing.
        using: The alias of the database.
        update_fields: The names of the fields that were updated, if ``save`` was told which.
    """

    instance: ModelT
    created: bool
    raw: bool
    using: InstanceOf[str]
    update_fields: InstanceOf[frozenset[str]] | None


class PreDelete(Payload, Generic[ModelT]):
    """An instance is about to be deleted.

    Attributes:
        instance: The instance.
        using: The alias of the database.
        origin: The instance or queryset whose ``delete`` was called; None if other code than Django's deletes.
    """

    instance: ModelT
    using: InstanceOf[str]
    origin: Model | QuerySet[Any] | None


class PostDelete(Payload, Generic[ModelT]):
    """An instance was deleted.

    Attributes:
        instance: The instance, which is no longer in the database.
        using: The alias of the database.
        origin: The instance or queryset whose ``delete`` was called; None if other code than Django's deletes.
    """

    instance: ModelT
    using: InstanceOf[str]
    origin: Model | QuerySet[Any] | None


class M2MChanged(Payload):
    """A many-to-many relation changes.

    Attributes:
        action: What happens, before or after it does.
        instance: The instance whose relation changes, on either side.
        reverse: Whether it changes from the side that does not define the field.
        model: The class of the instances that are added or removed.
        pk_set: Their primary keys; None if the relation is cleared.
        using: The alias of the database.
        raw: Whether a fixture is loaded. Before Django 6.1, always False.
    """

    action: Literal["pre_add", "post_add", "pre_remove", "post_remove", "pre_clear", "post_clear"]
    instance: Model
    reverse: bool
    model: type[Model]
    pk_set: InstanceOf[set[Any]] | None
    using: InstanceOf[str]
    raw: bool = False


class ClassPrepared(Payload):
    """No fields: the sender is the model."""


class PreMigrate(Payload):
    """An app is about to be migrated.

    Attributes:
        app_config: The app.
        verbosity: How much to print, from 0 to 3.
        interactive: Whether a user can be asked.
        using: The alias of the database.
        stdout: Where to print to, if that is not the standard output.
        plan: The migrations, each with whether it is rolled back.
        apps: The models as they are before.
    """

    app_config: AppConfig
    verbosity: int
    interactive: bool
    using: InstanceOf[str]
    stdout: Any = None
    plan: InstanceOf[list[tuple[Any, bool]]] | None = None
    apps: Apps | None = None


class PostMigrate(Payload):
    """An app was migrated, or its tables were emptied by the command ``flush``, which gives no plan and no apps.

    Attributes:
        app_config: The app.
        verbosity: How much to print, from 0 to 3.
        interactive: Whether a user can be asked.
        using: The alias of the database.
        stdout: Where to print to, if that is not the standard output.
        plan: The migrations, each with whether it was rolled back.
        apps: The models as they are now.
    """

    app_config: AppConfig
    verbosity: int
    interactive: bool
    using: InstanceOf[str]
    stdout: Any = None
    plan: InstanceOf[list[tuple[Any, bool]]] | None = None
    apps: Apps | None = None
