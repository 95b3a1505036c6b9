"""Looks into steps that take long, while they run."""


def install(trace) -> None:
    """Puts the hooks in."""
