"""anyio, which only those need who wait or send concurrently; or an error that says how to get it."""

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
