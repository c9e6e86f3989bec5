"""An actor handles its messages one at a time."""
import gevent
from gevent.queue import Queue

STOP = object()


class Actor(gevent.Greenlet):
    def __init__(self):
        super().__init__()
        self.inbox = Queue()

    def receive(self, message):
        raise NotImplementedError

    def _run(self):
        for message in iter(self.inbox.get, STOP):
            self.receive(message)


class Counter(Actor):
    def __init__(self):
        super().__init__()
        self.total = 0

    def receive(self, amount):
        self.total += amount
        print("received", amount, "- total", self.total)


counter = Counter()
counter.start()
for amount in [1, 2, 3]:
    counter.inbox.put(amount)
counter.inbox.put(STOP)
counter.join()
print("stopped at", counter.total)
