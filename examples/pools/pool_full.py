"""Asking a pool for room, with and without waiting."""
import gevent
from gevent.event import Event
from gevent.pool import Pool, PoolFull

pool = Pool(2)
print("free:", pool.free_count(), "full:", pool.full())

door = Event()
pool.spawn(door.wait)
pool.spawn(gevent.sleep, 10)
print("free:", pool.free_count(), "full:", pool.full())

extra = gevent.Greenlet(print, "the extra greenlet runs")
try:
    pool.start(extra, blocking=False)
except PoolFull:
    print("PoolFull: the extra greenlet is not started")

print("room within 0.01 s:", pool.wait_available(0.01))
door.set()
print("room within 1 s:", pool.wait_available(1))

pool.start(extra, blocking=False)
extra.join()
pool.kill()
print("free:", pool.free_count(), "full:", pool.full())
