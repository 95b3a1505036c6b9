"""Jobs of thread pools, and timers."""


def install(trace) -> None:
    """Puts the hooks in."""
