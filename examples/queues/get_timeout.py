"""What comes back when a queue is asked for an item."""
import gevent
from gevent.queue import Queue

queue = Queue()


def get_within(seconds):
    with gevent.Timeout(seconds):
        return queue.get()


def attempt(label, ask, *args, **kwargs):
    try:
        print(f"{label}: {ask(*args, **kwargs)}")
    except (Exception, gevent.Timeout) as error:
        print(f"{label}: raises {type(error).__name__}")


attempt("get_nowait()", queue.get_nowait)
attempt("get(timeout=0.01)", queue.get, timeout=0.01)

gevent.spawn_later(0.02, queue.put, "an item")
attempt("get(timeout=1)", queue.get, timeout=1)

attempt("get() under a Timeout", get_within, 0.01)
attempt("get() with nobody left", queue.get)
