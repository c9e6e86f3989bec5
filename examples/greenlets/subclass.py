"""A class of greenlets with a method _run."""
import gevent
from gevent import Greenlet


class Countdown(Greenlet):
    def __init__(self, label, start):
        super().__init__()
        self.label = label
        self.remaining = start

    def _run(self):
        while self.remaining:
            print(self.label, self.remaining)
            self.remaining -= 1
            gevent.sleep(0)
        return self.label + " is done"


jobs = [Countdown("a", 3), Countdown("b", 2)]
for job in jobs:
    job.start()
gevent.joinall(jobs)
print([job.value for job in jobs])
