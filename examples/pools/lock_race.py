"""A lock protects a read, a pause and a write from the others."""
import gevent
from gevent.lock import BoundedSemaphore

lock = BoundedSemaphore(1)
counter = 0


def add_one():
    global counter
    value = counter
    gevent.sleep(0)
    counter = value + 1


def three_times(step):
    for _ in range(3):
        step()


def add_one_locked():
    with lock:
        add_one()


for step in (add_one, add_one_locked):
    counter = 0
    gevent.joinall([gevent.spawn(three_times, step)
                    for _ in range(4)])
    print(f"{step.__name__}: 12 additions give {counter}")
