"""The same three items leave four kinds of queue."""
from gevent.queue import LifoQueue, PriorityQueue
from gevent.queue import Queue, SimpleQueue

for kind in (Queue, SimpleQueue, LifoQueue, PriorityQueue):
    queue = kind()
    for item in (2, 3, 1):
        queue.put(item)
    order = [queue.get() for _ in range(3)]
    joinable = hasattr(queue, "join")
    print(f"{kind.__name__:<13} {order} join(): {joinable}")
