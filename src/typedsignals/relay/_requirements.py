"""Import what the relay needs, or say how to install it."""

try:
    import anyio
    import cloudevents
    import sqlalchemy
except ImportError as error:
    raise ImportError(
        "typedsignals.relay needs SQLAlchemy, anyio and cloudevents; install them with: "
        "pip install 'typedsignals[relay]'",
        name=error.name,
    ) from error

__all__ = ["anyio", "cloudevents", "sqlalchemy"]
