"""A timeout that nobody catches ends its own greenlet only."""
import gevent
from gevent import Timeout

# Without this line, the traceback goes to the standard error.
gevent.get_hub().exception_stream = None


def limited():
    with Timeout(0.02):
        gevent.sleep(0.2)


def neighbour():
    gevent.sleep(0.06)
    return "unharmed"


first = gevent.spawn(limited)
second = gevent.spawn(neighbour)
gevent.joinall([first, second])

print("first successful:", first.successful())
print("first failed with:", type(first.exception).__name__)
print("second:", second.get())

try:
    first.get(timeout=10)
except Timeout as caught:
    print("get raised the greenlet's own:",
          caught is first.exception)
