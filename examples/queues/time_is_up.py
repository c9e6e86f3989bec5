"""What each call of a queue does when its timeout is over."""
from functools import partial

from gevent.queue import Empty, Full, Queue

empty = Queue()
full = Queue(maxsize=1, items=["the only item"])
calls = {
    "get": empty.get,
    "peek": empty.peek,
    "put": partial(full.put, "one too many"),
    "join": full.join,
}

for label, call in calls.items():
    try:
        print(f"{label:<4} returns {call(timeout=0.01)}")
    except (Empty, Full) as error:
        print(f"{label:<4} raises {type(error).__name__}")
