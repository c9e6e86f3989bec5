"""A for loop over a queue ends at the item StopIteration."""
import gevent
from gevent.queue import Queue

lines = Queue()


def reader():
    for line in lines:
        print("read:", line)
    print("the loop has ended")


greenlet = gevent.spawn(reader)
for line in ("one", "two"):
    lines.put(line)
lines.put(StopIteration)
greenlet.join()
