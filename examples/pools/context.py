"""A new greenlet has an empty context unless it is given one."""
from contextvars import ContextVar, copy_context

import gevent

user = ContextVar("user", default="nobody")


def show(label):
    print(f"{label}: {user.get()}")


user.set("Ann")
show("main")

gevent.spawn(show, "spawn").join()
gevent.spawn(copy_context().run, show, "copy_context().run").join()

greenlet = gevent.Greenlet(show, "gr_context")
greenlet.gr_context = copy_context()
greenlet.start()
greenlet.join()
