"""The peak of concurrent tasks: a group against a pool of three."""
import gevent
from gevent.pool import Group, Pool

running = 0
peak = 0


def task(number):
    global running, peak
    running += 1
    peak = max(peak, running)
    gevent.sleep(0)
    running -= 1


for label, workers in (("Group()", Group()), ("Pool(3)", Pool(3))):
    peak = 0
    workers.map(task, range(12))
    print(f"{label}: 12 tasks, at most {peak} at a time")
