"""An AsyncResult hands one value to every greenlet that waits."""
import gevent
from gevent.event import AsyncResult

answer = AsyncResult()


def producer():
    print("the producer computes")
    gevent.sleep(0.01)
    answer.set(42)
    print("the producer has set the answer")


def consumer(name):
    print(f"{name} waits")
    print(f"{name} has {answer.get()}")


gevent.joinall([
    gevent.spawn(consumer, "Ann"),
    gevent.spawn(consumer, "Bob"),
    gevent.spawn(producer),
])
print("asked again later:", answer.get())
