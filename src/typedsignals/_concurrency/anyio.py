"""Import anyio, which is needed only for waiting and for sending concurrently, or say how to install it."""

try:
    import anyio
    import anyio.lowlevel
    import anyio.to_thread
except ImportError as error:
    raise ImportError(
        "waiting for signals and sending concurrently need anyio; install it with: pip install 'typedsignals[async]'",
        name="anyio",
    ) from error

__all__ = ["anyio"]
