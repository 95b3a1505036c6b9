"""Cancels that get lost: cancel-swallowed, await-in-finally."""
import asyncio
import logging

log = logging.getLogger(__name__)


async def work():
    await asyncio.sleep(1)


async def forever():
    while True:
        try:
            await work()
        except:
        # ^ cancel-swallowed: the loop goes on
            log.exception("failed")


async def forever_base():
    while True:
        try:
            await work()
        except BaseException as error:
        # ^ cancel-swallowed: `except BaseException` catches
            log.error("failed: %s", error)


async def forever_named(queue: asyncio.Queue):
    while True:
        try:
            item = await queue.get()
            print(item)
        except asyncio.CancelledError:
        # ^ cancel-swallowed: the task cannot be cancelled here, and who cancels it
            continue


async def forever_tuple(queue: asyncio.Queue):
    while True:
        try:
            await queue.get()
        except (ValueError, asyncio.CancelledError):
        # ^ cancel-swallowed: Re-raise it
            log.info("again")


async def goes_on():
    try:
        await work()
    except:
    # ^ cancel-swallowed: the function goes on as after any other error
        pass
    await work()


async def blind_spot():
    while True:
        try:
            async with asyncio.Lock():
                await work()
        except BaseException:
        # ^ cancel-swallowed: the loop goes on
            pass


async def errors_only():
    while True:
        try:
            await work()
        except Exception:
            log.exception("failed")


async def raised_before():
    while True:
        try:
            await work()
        except asyncio.CancelledError:
            raise
        except BaseException:
            log.exception("failed")


async def reraised():
    while True:
        try:
            await work()
        except:
            log.exception("failed")
            raise


async def leaves_loop():
    while True:
        try:
            await work()
        except asyncio.CancelledError:
            break


async def stops():
    task = asyncio.create_task(work())
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    await work()


async def handed_on(future):
    while True:
        try:
            await work()
        except BaseException as error:
            future.set_exception(error)


async def kept(errors):
    while True:
        try:
            await work()
        except BaseException as error:
            errors.append(error)


async def nothing_awaited():
    while True:
        try:
            print("x")
        except:
            pass
        await work()


async def the_end():
    try:
        await work()
    except asyncio.CancelledError:
        log.info("stopped")


async def of_another_task(task):
    while True:
        try:
            await task
        except asyncio.CancelledError:
            log.info("it was cancelled")


async def asks():
    while True:
        try:
            await work()
        except asyncio.CancelledError:
            if asyncio.current_task().cancelling():
                raise


async def answers(session):
    try:
        return await session.ask()
    except:
    # ^ cancel-swallowed: the function returns as after any other error
        return False


async def answers_later(session):
    try:
        found = await session.ask()
    except BaseException as error:
    # ^ cancel-swallowed: the function goes on
        log.warning("nothing found: %s", error)
        found = None
    return found


async def asks_each(sessions):
    for session in sessions:
        try:
            await session.ask()
        except BaseException:
        # ^ cancel-swallowed: the function goes on
            log.exception("failed")


async def ends_here(session):
    log.info("begins")
    try:
        await session.ask()
    except BaseException:
        log.exception("failed")
    finally:
        session.close()


async def ends_behind_loop(session):
    while session.is_open:
        try:
            await session.ask()
        except:
            break
    log.info("ended")


async def cleans_up_and_ends(session):
    try:
        await session.ask()
    except BaseException:
        await session.close()
        return
    await session.greet()


async def cleans_up_for_another(session):
    try:
        answer = await session.ask()
    except BaseException:
        if session.is_open:
            try:
                await session.close()
            except BaseException:
                log.exception("not closed")
        raise
    return answer


class Scanner:
    def __init__(self):
        self.task = None

    async def scan(self):
        if self.task:
            self.task.cancel()
        self.task = asyncio.create_task(work())
        await self.task

    async def again(self):
        while True:
            await asyncio.sleep(1)
            try:
                await self.scan()
            except asyncio.CancelledError:
                log.info("another scan goes first")


# ---- clean-up


async def cleans():
    try:
        await work()
    finally:
        await work()
        # ^ await-in-finally: cancelled a second time
        await work()


async def cleans_shielded():
    try:
        await work()
    finally:
        await asyncio.shield(work())
        await asyncio.wait_for(work(), 1)


async def cleans_once():
    try:
        await work()
    finally:
        await work()
