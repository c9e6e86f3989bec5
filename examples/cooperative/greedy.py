"""A call that does not yield stops every other greenlet."""
import time

import gevent

ticks = 0


def ticker():
    global ticks
    while True:
        gevent.sleep(0.01)
        ticks += 1


clock = gevent.spawn(ticker)
gevent.sleep(0)

time.sleep(0.1)
print("ticks during time.sleep:", ticks)

gevent.sleep(0.1)
print("ticks during gevent.sleep, at least 2:", ticks >= 2)
clock.kill()
