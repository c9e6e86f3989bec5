"""A pool of two runs four tasks, never more than two at a time."""
import gevent
from gevent.pool import Pool

pool = Pool(2)


def task(name, steps):
    print(f"{name} starts, {len(pool)} in the pool")
    for _ in range(steps):
        gevent.sleep(0)
    print(f"{name} ends")


for name, steps in (("a", 20), ("b", 2), ("c", 2), ("d", 1)):
    pool.spawn(task, name, steps)
    print(f"spawn of {name} has returned")
pool.join()
