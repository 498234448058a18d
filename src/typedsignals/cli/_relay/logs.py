"""Write what workers log to standard error: as lines for people, or as JSON for programs."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from enum import StrEnum


class LogFormat(StrEnum):
    """The formats of what is logged."""

    TEXT = "text"
    JSON = "json"


def log_to_stderr(form: LogFormat, *, quiet: bool) -> None:
    """Show what is logged, or only warnings and errors."""
    handler = logging.StreamHandler()
    text = logging.Formatter("%(asctime)s [%(process)d] %(levelname)s %(message)s")
    handler.setFormatter(JsonFormatter() if form is LogFormat.JSON else text)
    logging.basicConfig(handlers=[handler], level=logging.WARNING if quiet else logging.INFO)


class JsonFormatter(logging.Formatter):
    """Makes one line with a JSON object of each record. What the relay says about itself has fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
            **getattr(record, "relay", {}),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)
