"""The monitor thread names the greenlet that blocks the hub."""
import time
import warnings

import gevent
from gevent import events

# Without psutil, the monitor warns that it cannot watch memory.
warnings.filterwarnings("ignore", "Unable to monitor memory")

gevent.config.monitor_thread = True
gevent.config.max_blocking_time = 0.05
gevent.config.print_blocking_reports = False

found = []


def on_event(event):
    if isinstance(event, events.EventLoopBlocked):
        found.append((event.greenlet.name, "\n".join(event.info)))


def resize():
    time.sleep(0.3)


def download():
    gevent.sleep(0.3)


events.subscribers.append(on_event)
greenlets = []
for function in [resize, download]:
    greenlet = gevent.spawn(function)
    greenlet.name = function.__name__
    greenlets.append(greenlet)
gevent.joinall(greenlets)

name, report = found[0]
print("blocking greenlets:", sorted({name for name, _ in found}))
print("report shows the line:", "time.sleep(0.3)" in report)
