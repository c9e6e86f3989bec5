"""What empty() said can be out of date when get() runs."""
import gevent
from gevent.queue import Empty, Queue

tasks = Queue()
tasks.put("the only task")


def worker(name):
    if not tasks.empty():
        print(f"{name} sees a task")
        gevent.sleep(0)
        try:
            print(f"{name} has {tasks.get(timeout=0.01)}")
        except Empty:
            print(f"{name} waited for nothing")


gevent.joinall([
    gevent.spawn(worker, "Ann"),
    gevent.spawn(worker, "Bob"),
])
