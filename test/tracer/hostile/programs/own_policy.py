"""Brings a policy and a loop class of its own."""
import asyncio
import warnings

warnings.simplefilter("ignore")


class Loop(asyncio.SelectorEventLoop):
    pass


class Policy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self):
        return Loop()


async def main():
    print(type(asyncio.get_running_loop()).__name__)


asyncio.set_event_loop_policy(Policy())
asyncio.run(main())
print(type(asyncio.get_event_loop_policy()).__name__)
