"""A trace function sees each switch between greenlets."""
import gevent
import greenlet

switches = []


def label(item):
    if item is gevent.get_hub():
        return "hub"
    return getattr(item, "name", "main")


def trace(event, pair):
    origin, target = pair
    switches.append((event, label(origin), label(target)))


def work():
    gevent.sleep(0)


worker = gevent.spawn(work)
worker.name = "worker"

previous = greenlet.settrace(trace)
worker.join()
greenlet.settrace(previous)

for event, origin, target in switches:
    print(event, "from", origin, "to", target)
