// What the checks know of functions, as data. Names are full, as imports say them.

/** Functions that keep a thread waiting, with what they wait for. */
export const blocking: Readonly<Record<string, string>> = {
  "time.sleep": "sleeps",
  "subprocess.run": "waits for a process",
  "subprocess.call": "waits for a process",
  "subprocess.check_call": "waits for a process",
  "subprocess.check_output": "waits for a process",
  "subprocess.getoutput": "waits for a process",
  "subprocess.getstatusoutput": "waits for a process",
  "os.system": "waits for a process",
  "os.wait": "waits for a process",
  "urllib.request.urlopen": "waits for the network",
  "urllib.request.urlretrieve": "waits for the network",
  "socket.create_connection": "waits for the network",
  "socket.gethostbyname": "waits for the name server",
  "requests.get": "waits for the network",
  "requests.post": "waits for the network",
  "requests.put": "waits for the network",
  "requests.patch": "waits for the network",
  "requests.delete": "waits for the network",
  "requests.head": "waits for the network",
  "requests.options": "waits for the network",
  "requests.request": "waits for the network",
  "httpx.get": "waits for the network",
  "httpx.post": "waits for the network",
  "httpx.put": "waits for the network",
  "httpx.patch": "waits for the network",
  "httpx.delete": "waits for the network",
  "httpx.request": "waits for the network",
  "urllib3.request": "waits for the network",
  "select.select": "waits for a file descriptor",
  "builtins.input": "waits for the keyboard",
};

/** What a function that only calls takes as a callable, and what it does with the coroutine. */
export interface Caller {
  /** Place of the callable among the positional arguments, or its keyword. */
  readonly index: number;
  readonly keyword?: string;
  /** The error that it raises instead of calling, where it looks. */
  readonly raises?: string;
  /** What happens to the coroutine that the call makes; without it, it is dropped. */
  readonly gives?: string;
}

/** Functions by their full name. */
export const callers: Readonly<Record<string, Caller>> = {
  "threading.Thread": { index: 1, keyword: "target" },
  "threading.Timer": { index: 1, keyword: "function" },
  "multiprocessing.Process": { index: 1, keyword: "target" },
  "signal.signal": { index: 1, keyword: "handler" },
  "atexit.register": { index: 0, keyword: "func" },
  "weakref.finalize": { index: 1, keyword: "func" },
  "asyncio.to_thread": { index: 0, keyword: "func", gives: "the thread gives back the coroutine, not its result" },
  "builtins.filter": { index: 0, gives: "a coroutine is always true, so nothing is left out" },
  "builtins.sorted": {
    index: -1,
    keyword: "key",
    raises: "TypeError: '<' not supported between instances of 'coroutine' and 'coroutine'",
  },
  "builtins.min": {
    index: -1,
    keyword: "key",
    raises: "TypeError: '<' not supported between instances of 'coroutine' and 'coroutine'",
  },
  "builtins.max": {
    index: -1,
    keyword: "key",
    raises: "TypeError: '>' not supported between instances of 'coroutine' and 'coroutine'",
  },
};

const dropped = { keyword: "callback" } as const;

/** Methods by the class of the tables that has them. */
export const callingMethods: Readonly<Record<string, Caller>> = {
  "asyncio.AbstractEventLoop.call_soon": { index: 0, ...dropped },
  "asyncio.AbstractEventLoop.call_soon_threadsafe": { index: 0, ...dropped },
  "asyncio.AbstractEventLoop.call_later": { index: 1, ...dropped },
  "asyncio.AbstractEventLoop.call_at": { index: 1, ...dropped },
  "asyncio.AbstractEventLoop.add_reader": { index: 1, ...dropped },
  "asyncio.AbstractEventLoop.add_writer": { index: 1, ...dropped },
  "asyncio.AbstractEventLoop.add_signal_handler": {
    index: 1,
    ...dropped,
    raises: "TypeError: coroutines cannot be used with add_signal_handler()",
  },
  "asyncio.AbstractEventLoop.run_in_executor": {
    index: 1,
    keyword: "func",
    gives: "the thread gives back the coroutine, not its result",
  },
  "asyncio.Future.add_done_callback": { index: 0, keyword: "fn" },
  "concurrent.futures.Executor.submit": {
    index: 0,
    keyword: "fn",
    gives: "its future gives the coroutine, not the result",
  },
};

/** `from15`: what 3.15 asks for in words that are the same for all, `TypeError: C.__str__() must return a str, not coroutine`. */
type Consequence = { readonly raises: string; readonly from15?: string } | { readonly does: string };

/** Special methods whose result Python uses itself: what an `async def` of that name does. */
export const specialMethods: Readonly<Record<string, Consequence>> = {
  __init__: { raises: "TypeError: __init__() should return None, not 'coroutine'" },
  __post_init__: { does: "the dataclass drops the coroutine, and the body never runs" },
  __del__: { does: "Python drops the coroutine, and the body never runs" },
  __init_subclass__: { does: "Python drops the coroutine, and the body never runs" },
  __set_name__: { does: "Python drops the coroutine, and the body never runs" },
  __len__: { raises: "TypeError: 'coroutine' object cannot be interpreted as an integer" },
  __length_hint__: { raises: "TypeError: __length_hint__ must be an integer, not coroutine", from15: "an int" },
  __bool__: { raises: "TypeError: __bool__ should return bool, returned coroutine", from15: "a bool" },
  __hash__: { raises: "TypeError: __hash__ method should return an integer" },
  __str__: { raises: "TypeError: __str__ returned non-string (type coroutine)", from15: "a str" },
  __repr__: { raises: "TypeError: __repr__ returned non-string (type coroutine)", from15: "a str" },
  __bytes__: { raises: "TypeError: __bytes__ returned non-bytes (type coroutine)", from15: "a bytes" },
  __format__: { raises: "TypeError: __format__ must return a str, not coroutine", from15: "a str" },
  __index__: { raises: "TypeError: __index__ returned non-int (type coroutine)", from15: "an int" },
  __int__: { raises: "TypeError: __int__ returned non-int (type coroutine)", from15: "an int" },
  __iter__: { raises: "TypeError: iter() returned non-iterator of type 'coroutine'", from15: "an iterator" },
  __contains__: { does: "a coroutine is always true, so `in` always is" },
  __exit__: { does: "a coroutine is true, so `with` swallows every exception, and the body never runs" },
  __setattr__: { does: "Python drops the coroutine, and the body never runs" },
  __delattr__: { does: "Python drops the coroutine, and the body never runs" },
  __setitem__: { does: "Python drops the coroutine, and the body never runs" },
  __delitem__: { does: "Python drops the coroutine, and the body never runs" },
  __set__: { does: "Python drops the coroutine, and the body never runs" },
  __delete__: { does: "Python drops the coroutine, and the body never runs" },
  __aiter__: {
    raises: "TypeError: 'async for' received an object from __aiter__ that does not implement __anext__: coroutine",
  },
};

/** Calls that open a connection or a process each time. */
export const opening: Readonly<Record<string, string>> = {
  "asyncio.open_connection": "a connection",
  "asyncio.open_unix_connection": "a connection",
  "asyncio.create_subprocess_exec": "a process",
  "asyncio.create_subprocess_shell": "a process",
  "asyncio.AbstractEventLoop.create_connection": "a connection",
  "asyncio.AbstractEventLoop.subprocess_exec": "a process",
  "aiohttp.ClientSession": "a connection",
  "httpx.AsyncClient": "a connection",
  "websockets.connect": "a connection",
};
