"""One greenlet that never yields stops all the others."""
import time

import gevent

ticks = []


def tick():
    while True:
        gevent.sleep(0.002)
        ticks.append("tick")


def count_ticks(label, function):
    ticks.clear()
    function()
    print(label, "- other greenlets ran:", len(ticks) > 0)


def blocking_wait():
    time.sleep(0.1)


def cooperative_wait():
    gevent.sleep(0.1)


def cpu_work():
    for number in range(600_000):
        number * number


def cpu_work_with_pauses():
    for number in range(600_000):
        number * number
        if number % 10_000 == 0:
            gevent.sleep(0)


ticker = gevent.spawn(tick)
gevent.sleep(0)
count_ticks("time.sleep", blocking_wait)
count_ticks("gevent.sleep", cooperative_wait)
count_ticks("a long loop", cpu_work)
count_ticks("a loop with sleep(0)", cpu_work_with_pauses)
ticker.kill()
