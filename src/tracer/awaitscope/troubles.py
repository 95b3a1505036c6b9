"""What asyncio complains about: coroutines never awaited, tasks destroyed, errors unheard."""


def install(trace) -> None:
    """Puts the hooks in."""
