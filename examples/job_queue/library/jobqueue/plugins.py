"""Finds the plugins that are installed."""

import logging
from importlib.metadata import entry_points

logger = logging.getLogger(__name__)


def load_plugins() -> list[str]:
    """Import each plugin, which connects its receivers.

    A plugin that does not import, or whose receivers do not fit our signals, is logged, and the others are loaded.

    Returns:
        The names of the plugins that were loaded, in order.
    """
    loaded: list[str] = []
    for plugin in sorted(entry_points(group="jobqueue.plugins"), key=lambda plugin: plugin.name):
        try:
            plugin.load()
        except Exception:
            logger.exception("plugin %s was not loaded", plugin.name)
        else:
            loaded.append(plugin.name)
    return loaded
