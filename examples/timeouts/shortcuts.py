"""Shorter ways to set a timeout."""
import gevent
from gevent import Timeout


def slow(seconds):
    gevent.sleep(seconds)
    return "slow result"


timeout = Timeout.start_new(0.02)
try:
    slow(0.2)
except Timeout:
    print("start_new: timed out")
finally:
    timeout.close()

result = gevent.with_timeout(
    0.02, slow, 0.2, timeout_value="fallback"
)
print("with_timeout, too slow:", result)

result = gevent.with_timeout(0.2, slow, 0.01)
print("with_timeout, in time:", result)

worker = gevent.spawn(slow, 0.2)
try:
    worker.get(timeout=0.02)
except Timeout:
    print("get(timeout=): timed out")
worker.kill()
