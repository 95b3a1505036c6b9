"""Which lock, semaphore, event, condition, barrier or queue a task waits at, and who holds it."""


def install(trace) -> None:
    """Puts the hooks in."""
