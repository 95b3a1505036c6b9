from typing import Awaitable, Callable, Generic, Optional, ParamSpec, Self, TypeVar, overload

T = TypeVar("T")
P = ParamSpec("P")


class Box(Generic[T]):
    content: T
    spare: Optional[T] = None

    def __init__(self, content: T) -> None:
        self.content = content

    def open(self) -> T:
        return self.content

    def copy(self) -> Self:
        return self

    @classmethod
    def of(cls, content: T) -> Self:
        return cls(content)


class Pair[A, B]:
    first: A

    def second(self) -> B: ...


class Client:
    async def get(self) -> bytes: ...


class ClientBox(Box[Client]):
    pass


def keep(thing: T) -> T:
    return thing


def ready(function: Callable[P, T]) -> Callable[P, Awaitable[T]]: ...


def register(name: str) -> Callable[[T], T]: ...


@overload
def pick(number: int) -> Client: ...
@overload
def pick(number: str) -> Awaitable[str]: ...
def pick(number): ...


def first[X](things: list[X]) -> X:
    return things[0]
