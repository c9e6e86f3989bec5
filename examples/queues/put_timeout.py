"""A producer need not wait for a full queue for ever."""
import gevent
from gevent.queue import Full, Queue

queue = Queue(maxsize=1)
queue.put("first")

try:
    queue.put_nowait("second")
except Full:
    print("put_nowait: Full at once")

try:
    queue.put("second", timeout=0.05)
except Full:
    print("put with a timeout: Full after the timeout")

gevent.spawn_later(0.02, queue.get)
queue.put("second", timeout=1)
print("put with a consumer: the queue holds", queue.peek())
