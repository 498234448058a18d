"""The names by which mypy knows what the plugin is about."""

from __future__ import annotations

SIGNAL = "typedsignals._signal.Signal"
BASE_MODEL = "pydantic.main.BaseModel"
ROOT_MODEL = "pydantic.root_model.RootModel"

SENDING = frozenset({"send", "send_async", "send_robust", "send_robust_async", "send_concurrent"})
CONNECTING = frozenset({"connect", "connected_to"})
CONNECTING_VIA = frozenset({"connect_via"})

CONNECT_VIA = "connect_via of Signal"
"""The name that what `connect_via` returns is given: as mypy calls the method in messages."""

TRUE = "builtins.True"
