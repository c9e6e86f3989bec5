"""join() waits until each task that was put is marked as done."""
import gevent
from gevent.queue import Queue

tasks = Queue()


def worker():
    while True:
        task = tasks.get()
        gevent.sleep(0.01)
        print(f"{task} is done")
        tasks.task_done()


worker_greenlet = gevent.spawn(worker)
for task in ("first", "second", "third"):
    tasks.put(task)

print("put three tasks, unfinished:", tasks.unfinished_tasks)
tasks.join()
print("join() returned, unfinished:", tasks.unfinished_tasks)

print("the worker has finished:", worker_greenlet.ready())
worker_greenlet.kill()
