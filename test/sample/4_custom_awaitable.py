"""An awaitable of our own: what `await` really calls.

`await thing` calls `thing.__await__()` and runs the iterator it returns. Each `yield` in it goes straight to the event
loop and suspends the task; what it returns is the value of the `await` expression.
"""

import asyncio
from typing import Generator


class Countdown:
    """Suspends `rounds` times, once for each bare `yield`, and gives the number of rounds."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds

    def __await__(self) -> Generator[None, None, int]:
        for left in range(self.rounds, 0, -1):
            print("rounds left:", left)
            yield  # to the loop: "run the others, then come back to me"
        return self.rounds


class Door:
    """Opens once. Awaiting it suspends until then; an open door lets everybody through without a stop."""

    def __init__(self) -> None:
        self._opened: "asyncio.Future[str]" = asyncio.get_running_loop().create_future()

    def open(self, word: str) -> None:
        self._opened.set_result(word)

    def __await__(self) -> Generator[object, None, str]:
        return self._opened.__await__()


async def visitor(name: str, door: Door) -> None:
    word = await door
    print(f"{name} came in with {word!r}")


async def main() -> None:
    door = Door()
    visitors = [asyncio.create_task(visitor(name, door), name=name) for name in ("Ada", "Grace")]
    print("counted", await Countdown(3))
    await asyncio.sleep(0.1)
    door.open("sesame")
    await asyncio.gather(*visitors)
    await visitor("Guido", door)


if __name__ == "__main__":
    asyncio.run(main())
