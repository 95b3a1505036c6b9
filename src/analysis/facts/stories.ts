// How awaits go, step by step: sentences with places for the user's own names. `{operand}` is the awaited expression,
// `{what}` what it is, `{outer}` the function that awaits, `{made}` the line where it was made, `{method}` its `__await__`,
// `{inner}` what that hands on to. A sentence with a place that cannot be filled is left out; of several in brackets the
// first that can be filled is told. From the sources of CPython 3.9 to 3.15.
import type { Kind } from "../awaiting/awaitable";
import type { Form } from "../code/awaits";

export type Line = string | readonly string[];

/** What happens before anything of it runs, by kind. */
export const asks: Readonly<Partial<Record<Kind, readonly Line[]>>> = {
  coroutine: [
    [
      "The coroutine object was made at {made}. Nothing of {what} has run until now.",
      "{operand} makes a coroutine object. Nothing of {what} runs yet.",
    ],
    "`await` drives that coroutine itself, in the task that runs {outer}: no new task, nothing overlaps.",
  ],
  generator: [
    "{operand} makes a generator that `types.coroutine` marked as awaitable; it needs no `__await__`.",
    "`await` drives that generator itself, in the task that runs {outer}.",
  ],
  task: [
    [
      "The task made at {made} runs on its own since then: its first step went into the ready queue, awaited or not.",
      "The task runs on its own since it was made, awaited or not.",
    ],
    "`await` calls its `__await__`, that of every future. If the task is done, that returns its result or raises its exception at once, and nothing suspends.",
  ],
  future: [
    ["The future was made at {made}. Nothing runs in a future: it only holds a result, once somebody sets it."],
    "`await` calls `Future.__await__`. If the future is done, that returns its result or raises its exception at once, and nothing suspends.",
  ],
  custom: [
    "`await` looks `__await__` up on the class, never on the object, and finds {method}. It calls it once and must get an iterator.",
  ],
  abstract: ["Its type says only that it can be awaited: `await` asks it for an iterator, as told by its own class."],
  union: ["Which of them it is shows only when the code runs. Each can be awaited, and goes its own way."],
};

/** What each form asks of what stands behind it, of which no more is known. */
export const asksOf: Readonly<Record<Form, string>> = {
  await:
    "`await` looks for `__await__` on the class of {operand}, calls it, and must get an iterator. Coroutines are driven directly.",
  "yield from": "`yield from` asks {operand} for its iterator, and hands each `send` and `throw` on to that.",
  "async with":
    "`async with` looks for `__aenter__` and `__aexit__` on the class of {operand}, calls the one before the body and the other behind it, and awaits what each gives.",
  "async for":
    "`async for` calls `__aiter__` of {operand} once, then in each round `__anext__` of what that gave, and awaits what comes of it.",
  "async comp":
    "`async for` calls `__aiter__` of {operand} once, then in each round `__anext__` of what that gave, and awaits what comes of it.",
};

/** What an iterator of a custom `__await__` does, by the shape of the method. */
export const shapes: Readonly<Record<string, Line>> = {
  delegates: "That iterator is the one of {inner}: from here on it goes as if {inner} were awaited.",
  turns:
    "The method is a generator. Each bare `yield` hands `None` to the event loop, which means: run this task again in the next turn.",
  straight: "That iterator ends without yielding anything: the await goes straight through.",
  iterator: "Which iterator that is cannot be told from this code.",
};

/** What the call does before the await gets what it returns, for known names; in place of what the kind says. */
export const calls: Readonly<Record<string, readonly Line[]>> = {
  "asyncio.gather": [
    "The call itself starts the work: each coroutine among its arguments becomes a task at once. Tasks and futures are taken as they are.",
    "It gives back one future for all. `await` waits for that one; the results come in the order of the arguments.",
  ],
  "asyncio.shield": [
    "The call makes a task of a coroutine and gives back a second future that follows it.",
    "`await` waits for that second future: a cancel stops there.",
  ],
  "asyncio.AbstractEventLoop.run_in_executor": [
    "The call hands the function to the executor at once and gives back a future.",
    "`await` waits for that future; the function runs in a thread or process meanwhile.",
  ],
  "asyncio.wrap_future": [
    "The call makes a future of the event loop that follows the one of the thread.",
    "`await` waits for the loop's future.",
  ],
};

const conditionLock =
  "If nobody holds the condition's lock, and nobody waits for it, it is taken at once and nothing is yielded. Otherwise a new future joins the lock's queue.";
const arrives = "Each task that arrives waits until as many have come as the barrier was made for.";

/** What a known name does at the bottom of a chain, before it yields; also of a class for all of its methods. */
export const details: Readonly<Record<string, string>> = {
  "asyncio.sleep": "It makes a future, has `loop.call_later` set the future's result after the delay, and awaits it.",
  "asyncio.Lock":
    "If nobody holds the lock, and nobody waits for it, it is taken at once and nothing is yielded. Otherwise a new future joins the lock's queue.",
  "asyncio.Semaphore":
    "If the counter is above zero and nobody waits, it is counted down at once and nothing is yielded. Otherwise a new future joins the queue.",
  "asyncio.BoundedSemaphore":
    "If the counter is above zero and nobody waits, it is counted down at once and nothing is yielded. Otherwise a new future joins the queue.",
  "asyncio.Event": "If the event is set, it returns at once. Otherwise a new future joins the event's waiters.",
  "asyncio.Condition.acquire": conditionLock,
  "asyncio.Condition.__aenter__": conditionLock,
  "asyncio.Condition.wait":
    "It releases the lock, waits for a future of its own until somebody notifies, and then takes the lock again, which may wait once more.",
  "asyncio.Condition.wait_for":
    "It returns at once if the predicate holds. As long as it does not, it releases the lock, waits for a future of its own until somebody notifies, takes the lock again, and looks once more.",
  "asyncio.Barrier.wait": arrives,
  "asyncio.Barrier.__aenter__": arrives,
  "asyncio.Queue.get":
    "If the queue holds an item, it is taken at once and nothing is yielded. Otherwise a new future joins those who wait to get.",
  "asyncio.Queue.put":
    "If there is room, the item goes in at once and nothing is yielded. Otherwise a new future joins those who wait to put.",
  "asyncio.Queue.join":
    "If `task_done` was called for every item that was put in, it returns at once. Otherwise it waits for the last one.",
  "asyncio.StreamReader":
    "If what is wanted is in the buffer, it is taken from there and nothing is yielded. Otherwise the stream waits for a future until the transport has fed it more.",
  "asyncio.StreamWriter.drain":
    "If the transport's buffer is below its high-water mark, it returns at once. Otherwise it waits until the transport has sent enough.",
  "asyncio.to_thread":
    "It copies the context variables, hands the function to the loop's default executor, and awaits the future of that job.",
  "asyncio.wait_for":
    "From 3.12 on it awaits its argument in this task, under a timeout; before, it made a task of it and waited for that.",
  "asyncio.wait": "It adds a callback to each of the tasks and waits for a future of its own.",
  "asyncio.TaskGroup.__aexit__":
    "While a task of the group runs, it waits for a future that the last one to end completes; then it raises what failed, together.",
  "asyncio.Timeout.__aenter__": "It only leaves a timer in the loop that cancels this task when the time is over.",
};

/** Names whose calls without a waker yield nothing but `None`. */
export const bareYields: ReadonlySet<string> = new Set(["asyncio.sleep"]);

/** How a loop takes what the innermost iterator yields, and how it wakes the task, by the module of what is awaited. */
export interface Loop {
  readonly yields: string;
  readonly suspended: string;
  readonly ready: string;
  readonly resumed: string;
  /** How a cancel comes; `{at}` is where, with a comma before it, or nothing. */
  readonly cancel: string;
}

const asyncioLoop: Loop = {
  yields: "`Future.__await__` sets the future's flag `_asyncio_future_blocking` and yields the future itself.",
  suspended:
    "The task's step gets the future, adds the task's wake-up to its callbacks, and returns to the event loop: the task is suspended, and others run.",
  ready:
    "The wake-up puts the task's next step into the loop's ready queue. It waits there until what is before it has run.",
  resumed:
    "The step calls `send(None)` again, which goes straight down to the future's iterator. That returns the future's result, or raises its exception.",
  cancel:
    "The task's next step calls `throw(CancelledError())` instead of `send(None)`. The exception comes out at the innermost await{at}.",
};

/** Where the code does not show which loop it is. */
const someLoop: Loop = {
  yields: "What is at the bottom is not told by this code: for asyncio it can only be a future, or a bare `yield`.",
  suspended: "The task's step hands that to the event loop and returns: the task is suspended, and others run.",
  ready:
    "When what it waits for has come, the loop makes the task ready. It runs after those that are ready before it.",
  resumed:
    "The task's step goes straight down to the innermost iterator again. The result, or the exception, comes out there.",
  cancel:
    "In the task's next step the exception of the cancel, in asyncio `CancelledError`, is raised at the innermost await{at}.",
};

export const loops: Readonly<Record<string, Loop>> = {
  some: someLoop,
  asyncio: asyncioLoop,
  trio: {
    yields: "A trap of trio's (`wait_task_rescheduled`) is yielded: a message to trio's loop, no future.",
    suspended: "trio's loop gets the message and leaves the task aside: it is suspended, and others run.",
    ready: "The task is among the next ones to run; trio runs those of one turn in no certain order.",
    resumed: "The loop sends the outcome in, straight down to the trap, which returns it or raises it.",
    cancel: "trio raises `Cancelled` at the innermost await{at}, when the cancel scope around it is cancelled.",
  },
  anyio: {
    yields: "On asyncio that is a future, on trio a trap: what the backend's own loop understands.",
    suspended: "The loop gets it and returns to others: the task is suspended.",
    ready: "The backend's loop puts the task among those that run next.",
    resumed: "The loop resumes the task at the bottom; the outcome comes out there, as a result or an exception.",
    cancel:
      "The backend's own cancel exception is raised at the innermost await{at}, again at each await as long as the scope is cancelled.",
  },
};

const lockAgain = "Even then the lock is taken again before the cancel leaves the method.";

/** A cancel of the waiting task, by what it waits for at the bottom; a class counts for its methods. */
export const cancels: Readonly<Record<string, string>> = {
  "asyncio.Task": "The cancel is handed on: the awaited task is cancelled too. `asyncio.shield` would keep it.",
  "asyncio.Future": "The future is cancelled too: whoever completes it must look whether it is done.",
  "asyncio.gather": "All that it gathered and that is not done is cancelled.",
  "asyncio.shield": "What is shielded goes on without this task.",
  "asyncio.wait": "The tasks that it waits for go on.",
  "asyncio.wait_for": "What it waits for is cancelled too.",
  "asyncio.to_thread": "The thread cannot be stopped: the function runs to its end, and its result is thrown away.",
  "asyncio.AbstractEventLoop.run_in_executor":
    "A function that runs already cannot be stopped; one that has not begun is taken out of the queue.",
  "asyncio.TaskGroup.__aexit__":
    "The group cancels all of its tasks, waits for them, and then goes on with the cancel.",
  "asyncio.Condition.wait": lockAgain,
  "asyncio.Condition.wait_for": lockAgain,
  "asyncio.sleep": "Its timer is taken back.",
  "anyio.to_thread.run_sync":
    "The thread runs to its end, and this task waits for it unless it was told to abandon it.",
};
