"""A semaphore of two lets two greenlets in, the others wait."""
import gevent
from gevent.lock import BoundedSemaphore

seats = BoundedSemaphore(2)


def visitor(name):
    with seats:
        print(f"{name} sits down, seats left: {seats.counter}")
        gevent.sleep(0)
        print(f"{name} stands up")


names = ["Ann", "Bob", "Eve", "Dan"]
gevent.joinall([gevent.spawn(visitor, name) for name in names])
print("seats left:", seats.counter)
