"""Each greenlet sees its own attributes on a local object."""
import gevent
from gevent.local import local

stash = local()
stash.name = "main"


def task(name):
    print(f"{name} starts with", vars(stash))
    stash.name = name
    gevent.sleep(0)
    print(f"{name} still sees", stash.name)


gevent.joinall([
    gevent.spawn(task, "Ann"),
    gevent.spawn(task, "Bob"),
])
print("main still sees", stash.name)
