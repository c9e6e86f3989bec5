"""Four ways to start a greenlet."""
import gevent
from gevent import Greenlet


def greet(name, pause=0.0):
    gevent.sleep(pause)
    return "hello, " + name


first = Greenlet(greet, "Ada")
first.start()
second = Greenlet.spawn(greet, "Bob", pause=0.01)
third = gevent.spawn(greet, "Cleo", pause=0.02)
fourth = gevent.spawn(lambda n: n * n, 12)

gevent.joinall([first, second, third, fourth])
for greenlet in first, second, third, fourth:
    print(greenlet.value)
