"""format_run_info tells where each greenlet waits."""
import gevent
from gevent.event import Event
from gevent.util import format_run_info

key_pressed = Event()


def wait_for_key():
    key_pressed.wait()


greenlet = gevent.spawn(wait_for_key)
greenlet.name = "keyboard"
gevent.sleep(0)

report = "\n".join(format_run_info(thread_stacks=False))
print("names the greenlet:", '"keyboard"' in report)
print("shows where it waits:", "key_pressed.wait()" in report)
print("shows who spawned it:", "Spawned at:" in report)
greenlet.kill()
