"""What Django's other signals carry: requests, settings, templates, connections, users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeAlias

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.http import HttpRequest
from django.template import Context, Template, base
from pydantic import InstanceOf, SkipValidation
from typing_extensions import TypeVar

from .._validating.payload import Payload

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.template.base import PartialTemplate

    AnyTemplate = Template | PartialTemplate
else:
    # Importing the module of the class takes a project's apps, which are about to be loaded. It need not be the base of
    # a custom user model, either.
    AbstractBaseUser = Model
    AnyTemplate = Template | getattr(base, "PartialTemplate", Template)  # before Django 6, there are no partials

AnyUser: TypeAlias = AbstractBaseUser
UserT = TypeVar("UserT", bound=Model, default=AnyUser)

Request = Annotated[HttpRequest, SkipValidation]
"""Other libraries log in with requests of their own, which stand for one of Django's and are not instances."""


class RequestStarted(Payload):
    """A request begins.

    Attributes:
        environ: The environment that the WSGI server passed.
        scope: The scope that the ASGI server passed.
    """

    environ: InstanceOf[dict[str, Any]] | None = None
    scope: InstanceOf[dict[str, Any]] | None = None


class RequestFinished(Payload):
    """No fields: the response was sent, and there is no more request."""


class GotRequestException(Payload):
    """A view raised an exception, which ``sys.exception()`` gives.

    Attributes:
        request: The request.
    """

    request: Request | None = None


class SettingChanged(Payload):
    """A test changes a setting, or restores it.

    Attributes:
        setting: Its name.
        value: Its new value; None if it is restored and was not set before.
        enter: Whether it is changed.
    """

    setting: InstanceOf[str]
    value: Any
    enter: bool


class TemplateRendered(Payload):
    """A template is rendered in a test.

    Attributes:
        template: The template, or one of its partials.
        context: Its variables.
    """

    template: AnyTemplate
    context: Context


class ConnectionCreated(Payload):
    """A connection to a database was opened.

    Attributes:
        connection: The connection; ``connection.alias`` is its database.
    """

    connection: BaseDatabaseWrapper


class UserLoggedIn(Payload, Generic[UserT]):
    """A user logged in.

    Attributes:
        user: The user.
        request: The request.
    """

    user: UserT
    request: Request | None


class UserLoggedOut(Payload, Generic[UserT]):
    """A user logged out.

    Attributes:
        user: The user; None if nobody was logged in.
        request: The request.
    """

    user: UserT | None
    request: Request | None


class UserLoginFailed(Payload):
    """Somebody failed to log in.

    Attributes:
        credentials: What was passed to ``authenticate``, with asterisks for what is secret by its name.
        request: The request, if there was one.
    """

    credentials: InstanceOf[dict[str, Any]]
    request: Request | None = None
