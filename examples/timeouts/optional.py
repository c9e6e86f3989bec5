"""A function that takes an optional timeout of its own."""
import gevent
from gevent import Timeout


def fetch(seconds, timeout=None):
    with Timeout(timeout):
        gevent.sleep(seconds)
        return "fetched"


print("without a limit:", fetch(0.03))
print("with 0.2 s:", fetch(0.03, timeout=0.2))
try:
    fetch(0.2, timeout=0.03)
except Timeout as caught:
    print("with 0.03 s: Timeout after", caught)
