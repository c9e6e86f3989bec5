"""A worker thread hands its results to the hub's own thread."""
import time

import gevent
from gevent.queue import Queue


def read_sensor(hub, queue):
    for value in [20, 21, 22]:
        time.sleep(0.02)
        hub.loop.run_callback_threadsafe(queue.put_nowait, value)
    hub.loop.run_callback_threadsafe(queue.put_nowait, None)


hub = gevent.get_hub()
queue = Queue()
worker = hub.threadpool.spawn(read_sensor, hub, queue)
for value in iter(queue.get, None):
    print("sensor says", value)
worker.get()
