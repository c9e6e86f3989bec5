"""A name that was imported before patching stays blocking."""
from time import sleep as early_sleep
import time

from gevent import monkey
monkey.patch_all()

import gevent


def task(name, sleep, seconds):
    print(name, "starts")
    sleep(seconds)
    print(name, "ends")


print("with the name from before:")
gevent.joinall([gevent.spawn(task, "a", early_sleep, 0.02),
                gevent.spawn(task, "b", early_sleep, 0.05)])

print("with time.sleep:")
gevent.joinall([gevent.spawn(task, "a", time.sleep, 0.02),
                gevent.spawn(task, "b", time.sleep, 0.05)])
