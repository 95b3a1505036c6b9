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
