"""An AsyncResult can hold an exception instead of a value."""
import gevent
from gevent.event import AsyncResult

# The failing greenlet below prints no traceback.
gevent.get_hub().exception_stream = None

answer = AsyncResult()
answer.set_exception(OSError("the disk is full"))
try:
    answer.get()
except OSError as error:
    print("get() raised:", error)


def divide(number, by):
    return number // by


for divisor in (2, 0):
    outcome = AsyncResult()
    gevent.spawn(divide, 10, divisor).link(outcome)
    outcome.wait()
    print(f"10 // {divisor}: successful is {outcome.successful()},",
          f"value {outcome.value}, exception {outcome.exception}")
