"""Who asked for a cancel, and where it arrived."""


def install(trace) -> None:
    """Puts the hooks in."""
