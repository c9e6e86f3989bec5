"""Four greenlets lose increments without any thread."""
import gevent

counter = 0


def unsafe():
    global counter
    for _ in range(3):
        value = counter
        gevent.sleep(0)
        counter = value + 1


def safe():
    global counter
    for _ in range(3):
        counter += 1
        gevent.sleep(0)


for task in unsafe, safe:
    counter = 0
    gevent.joinall([gevent.spawn(task) for _ in range(4)])
    print(task.__name__, counter)
