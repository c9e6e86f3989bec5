"""What each waiting call does when its timeout is over."""
from functools import partial

import gevent
from gevent.event import AsyncResult, Event
from gevent.queue import Empty, Full, Queue

full = Queue(maxsize=1, items=["the only item"])
calls = {
    "Event.wait": Event().wait,
    "AsyncResult.wait": AsyncResult().wait,
    "AsyncResult.get": AsyncResult().get,
    "Queue.get": Queue().get,
    "Queue.put": partial(full.put, "one too many"),
    "Queue.join": full.join,
}

for label, call in calls.items():
    try:
        print(f"{label:<16} returns {call(timeout=0.01)}")
    except (Empty, Full, gevent.Timeout) as error:
        print(f"{label:<16} raises {type(error).__name__}")
