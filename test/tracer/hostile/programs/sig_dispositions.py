"""Shows what signals, timers and the wake-up descriptor are set to."""
import asyncio  # noqa: F401
import signal

for number in sorted(signal.valid_signals()):
    handler = signal.getsignal(number)
    if handler not in (signal.SIG_DFL, signal.SIG_IGN):
        print(int(number), repr(handler).split(" at ")[0])
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.getitimer(signal.ITIMER_REAL))
print(signal.set_wakeup_fd(-1))
