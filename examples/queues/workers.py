"""Three workers share the tasks of one queue."""
import gevent
from gevent.queue import Empty, Queue

tasks = Queue()


def worker(name):
    while True:
        try:
            task = tasks.get_nowait()
        except Empty:
            break
        print(f"{name} does task {task}")
        gevent.sleep(0)
    print(f"{name} finds no more tasks")


for number in range(1, 8):
    tasks.put(number)

names = ["Ann", "Bob", "Eve"]
gevent.joinall([gevent.spawn(worker, name) for name in names])
print("tasks left:", len(tasks))
