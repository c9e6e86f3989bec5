"""A link is a function that runs when a greenlet has ended."""
import gevent

gevent.get_hub().exception_stream = None


def succeed():
    return "a value"


def fail():
    raise ValueError("a reason")


def on_end(greenlet):
    print(greenlet.name, "ended, success:", greenlet.successful())


def on_value(greenlet):
    print(greenlet.name, "returned", repr(greenlet.value))


def on_error(greenlet):
    print(greenlet.name, "raised", repr(greenlet.exception))


for function in [succeed, fail]:
    greenlet = gevent.spawn(function)
    greenlet.name = function.__name__
    greenlet.link(on_end)
    greenlet.link_value(on_value)
    greenlet.link_exception(on_error)
    greenlet.join()
