"""shutdown() tells waiting workers that no more tasks will come."""
import gevent
from gevent.queue import Queue, ShutDown

tasks = Queue()


def worker(name):
    try:
        while True:
            task = tasks.get()
            print(f"{name} does task {task}")
            gevent.sleep(0)
            tasks.task_done()
    except ShutDown:
        print(f"{name} leaves")


names = ["Ann", "Bob"]
workers = [gevent.spawn(worker, name) for name in names]
for number in range(1, 5):
    tasks.put(number)

tasks.join()
print("every task is done, the queue is shut down")
tasks.shutdown()
gevent.joinall(workers)

try:
    tasks.put(5)
except ShutDown:
    print("task 5 is refused")
