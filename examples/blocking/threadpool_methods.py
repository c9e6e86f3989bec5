"""spawn, map and apply of the hub's threadpool."""
import threading

import gevent

meeting = threading.Barrier(4)


def square(number):
    return number * number


def meet(name):
    meeting.wait(timeout=5)
    return name + " was there"


def fail():
    raise ValueError("no such picture")


hub = gevent.get_hub()
hub.exception_stream = None
threadpool = hub.threadpool

result = threadpool.spawn(square, 5)
print("ready at once:", result.ready())
print("spawn:", result.get())

names = ["Ann", "Bob", "Cid", "Dee"]
print("map:", threadpool.map(meet, names))

try:
    threadpool.apply(fail)
except ValueError as error:
    print("apply raised:", error)
