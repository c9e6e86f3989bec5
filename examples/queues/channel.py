"""A Channel hands items over and stores nothing."""
import gevent
from gevent.queue import Channel

channel = Channel()


def sender():
    for item in ("first", "second"):
        print(f"sender offers the {item} item")
        channel.put(item)
        print(f"sender knows that the {item} item is taken")


def receiver():
    for _ in range(2):
        gevent.sleep(0.02)
        print("receiver asks, items stored:", channel.qsize())
        print(f"receiver has the {channel.get()} item")


gevent.joinall([gevent.spawn(sender), gevent.spawn(receiver)])
