"""Queue(0) no longer hands over; Channel does."""
import gevent
from gevent.queue import Channel, JoinableQueue, Queue


def put_and_log(queue, log):
    queue.put("letter")
    log.append("put returned")


def try_queue(label, queue):
    log = []
    gevent.spawn(put_and_log, queue, log)
    gevent.sleep(0)
    print(label, "- before a get:", log)
    queue.get()
    gevent.sleep(0)
    print(label, "- after a get: ", log)


try_queue("Queue()  ", Queue())
try_queue("Channel()", Channel())
print("JoinableQueue is Queue:", JoinableQueue is Queue)
