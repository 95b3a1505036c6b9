"""What a type checker must know of each snippet: `mypy --strict` finds nothing in this file.

Each line marked `type: ignore` is wrong: strict mode reports a mark that nothing needed."""

import functools

from aw_class import Operation
from aw_countdown import Countdown
from aw_ratelimit import RateLimit
from aw_retry import Retry
from aw_timed import Timed


async def fetch(key: str) -> bytes:
    return key.encode()


async def one() -> int:
    return 1


class Client:
    async def __call__(self) -> int:
        return 1


async def right() -> None:
    text: str = await Operation("key")
    number: int = await Timed(3, 0.5)
    seconds: float = await Countdown(3, print, 0.1)
    from_function: int = await Retry(one)
    from_partial: bytes = await Retry(functools.partial(fetch, "key"))
    from_object: int = await Retry(Client(), attempts=5, errors=(OSError,))
    from_lambda = await Retry(lambda: fetch("key"))
    from_lambda.decode()
    await RateLimit(0.5)


async def wrong() -> None:
    text: int = await Operation("key")  # type: ignore
    number: str = await Timed(3)  # type: ignore
    await Countdown(3, fetch)  # type: ignore
    result: str = await Retry(one)  # type: ignore
    await Retry(one, errors=(BaseException,))  # type: ignore
    from_lambda = await Retry(lambda: fetch("key"))
    from_lambda.encode()  # type: ignore
