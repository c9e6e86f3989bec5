"""A bounded queue makes a fast producer wait for the consumer."""
import gevent
from gevent.queue import Queue

queue = Queue(maxsize=2)


def producer():
    for item in range(1, 6):
        if queue.full():
            print(f"put {item}: the queue is full, put() blocks")
        queue.put(item)
        print(f"put {item}: done, {len(queue)} in the queue")


def consumer():
    for _ in range(5):
        gevent.sleep(0.02)
        print(f"                      get {queue.get()}")


gevent.joinall([gevent.spawn(producer), gevent.spawn(consumer)])
