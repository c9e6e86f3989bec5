"""Only the owner of an RLock may take it again."""
import gevent
from gevent.lock import RLock

lock = RLock()


def outer():
    with lock:
        print("outer has the lock")
        inner()


def inner():
    with lock:
        print("inner has it too")


def intruder():
    try:
        lock.release()
    except RuntimeError:
        print("the intruder must not release it")
    print("the intruder can take it:", lock.acquire(blocking=False))


outer()
with lock:
    gevent.spawn(intruder).join()
