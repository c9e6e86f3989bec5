"""What becomes of the items that a queue holds at its shutdown."""
import gevent
from gevent.queue import Queue, ShutDown


def drain(queue):
    try:
        while True:
            print("  got", queue.get())
    except ShutDown:
        print("  ShutDown, items left:", len(queue))


print("shutdown() with two items queued:")
queue = Queue(items=["a", "b"])
queue.shutdown()
drain(queue)

print("shutdown(immediate=True) with two items queued:")
queue = Queue(items=["a", "b"])
queue.shutdown(immediate=True)
drain(queue)

print("put() and shutdown() while a worker waits:")
queue = Queue()
waiting = gevent.spawn(drain, queue)
gevent.sleep(0)
queue.put("a")
queue.shutdown()
waiting.join()
