from collections.abc import Callable
from typing import Any, Protocol

from blinker import NamedSignal
from blinker import Namespace as Namespace
from flask.app import Flask
from flask.wrappers import Response
from jinja2 import Template

class _Rendering(Protocol):
    def __call__(self, *, template: Template, context: dict[str, Any]) -> object: ...

class _Finished(Protocol):
    def __call__(self, *, response: Response) -> object: ...

class _TearingDown(Protocol):
    def __call__(self, *, exc: BaseException | None) -> object: ...

class _Failed(Protocol):
    def __call__(self, *, exception: Exception) -> object: ...

class _Flashed(Protocol):
    def __call__(self, *, message: str, category: str) -> object: ...

template_rendered: NamedSignal[Flask, _Rendering]
before_render_template: NamedSignal[Flask, _Rendering]
request_started: NamedSignal[Flask, Callable[[], object]]
request_finished: NamedSignal[Flask, _Finished]
request_tearing_down: NamedSignal[Flask, _TearingDown]
got_request_exception: NamedSignal[Flask, _Failed]
appcontext_tearing_down: NamedSignal[Flask, _TearingDown]
appcontext_pushed: NamedSignal[Flask, Callable[[], object]]
appcontext_popped: NamedSignal[Flask, Callable[[], object]]
message_flashed: NamedSignal[Flask, _Flashed]
