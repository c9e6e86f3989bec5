"""An asyncio thread puts items into a gevent queue."""
import asyncio

import gevent
from gevent.queue import Queue

hub = gevent.get_hub()
queue = Queue()


def put(item):
    hub.loop.run_callback_threadsafe(queue.put_nowait, item)


async def produce():
    for number in range(3):
        await asyncio.sleep(0.01)
        put(number)
    put(None)


def run_asyncio():
    asyncio.run(produce())


producer = hub.threadpool.spawn(run_asyncio)
for number in iter(queue.get, None):
    print("greenlet received", number)
producer.get()
