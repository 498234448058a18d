"""A project for the tests of workers: ``manage.py`` and settings in one. Its receivers write down what they get."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": json.loads(os.environ["RELAY_DATABASE"])},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "typedsignals.django.relay"],
    SECRET_KEY="for tests only",  # noqa: S106 - which have no secrets
    TYPEDSIGNALS_RELAY="relay_program.relay",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.models import Group  # noqa: E402 - only now is Django set up
from django.core.management import execute_from_command_line  # noqa: E402 - as above

from typedsignals import Namespace, Payload  # noqa: E402 - as above
from typedsignals.django.relay import DjangoRelay  # noqa: E402 - as above
from typedsignals.relay import current_message  # noqa: E402 - as above


class GroupMade(Payload):
    number: int


group_made = Namespace("auth").signal("group-made", GroupMade, sender=Group)
relay = DjangoRelay("project", lease=1)
relay.carry(group_made, subject=lambda group: group.name, sender=lambda name: Group.objects.get(name=name))


@relay.receiver(group_made, group="plain", attempts=30)
def plain(sender: Group, number: int, **extra: Any) -> None:
    """Takes long the first time, so that its worker is killed meanwhile."""
    note(f"plain {number} {sender.name} {current_message().attempt} begun")
    time.sleep(float(os.environ.get("RELAY_PAUSE", "0")))
    note(f"plain {number} {sender.name} {current_message().attempt} done")


@relay.receiver(group_made, group="atomic", attempts=30, atomic=True)
def counted(sender: Group, number: int, **extra: Any) -> None:
    """Its row is there exactly once, whenever its worker was killed."""
    Group.objects.create(name=f"{sender.name} was counted")
    if current_message().attempt == 1:
        raise RuntimeError("the first time, what was written is rolled back")


@relay.receiver(group_made, group="async", attempts=30)
async def awaited(sender: Group, number: int, **extra: Any) -> None:
    """Uses the ORM on the event loop."""
    note(f"async {number} {sender.name} {await Group.objects.filter(name=sender.name).acount()}")


def note(line: str) -> None:
    """Write a line at once, in one piece."""
    with Path(os.environ["RELAY_NOTES"]).open("ab", buffering=0) as notes:
        notes.write(f"{line}\n".encode())


if __name__ == "__main__":
    sys.modules["relay_program"] = sys.modules["__main__"]
    execute_from_command_line(sys.argv)
