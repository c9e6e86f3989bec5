"""Three ways to use a timeout as a context manager."""
import gevent
from gevent import Timeout


class TooSlow(Exception):
    pass


try:
    with Timeout(0.02):
        gevent.sleep(0.2)
except Timeout as caught:
    print("Timeout itself:", caught)

try:
    with Timeout(0.02, TooSlow):
        gevent.sleep(0.2)
except TooSlow as caught:
    print("Your exception:", repr(caught))

answer = None
with Timeout(0.02, False):
    gevent.sleep(0.2)
    answer = "ready"
print("Silent: answer is", answer)

with Timeout(0.2):
    gevent.sleep(0.01)
    answer = "ready"
print("In time: answer is", answer)
