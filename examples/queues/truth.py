"""A queue is true even when it is empty, and 0 is no limit."""
import warnings

from gevent.queue import Queue

queue = Queue()
print("length:", len(queue))
print("truth:", bool(queue))
print("empty():", queue.empty())

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    unbounded = Queue(0)
print("Queue(0) has maxsize:", unbounded.maxsize)
print("Queue(0) warns:", caught[0].category.__name__)
