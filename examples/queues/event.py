"""One setter wakes five waiters, in the order of their waiting."""
import gevent
from gevent.event import Event

ready = Event()


def waiter(number):
    print(f"waiter {number} waits")
    ready.wait()
    print(f"waiter {number} continues")


def setter():
    gevent.sleep(0.02)
    print("the setter sets the event")
    ready.set()
    print("the setter goes on with its own work")


waiters = [gevent.spawn(waiter, number) for number in range(1, 6)]
gevent.joinall([gevent.spawn(setter)] + waiters)
