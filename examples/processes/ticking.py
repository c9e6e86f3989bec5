"""A greenlet ticks while another waits for a child process."""
import sys

import gevent
from gevent import subprocess

ticks = []


def tick():
    while True:
        gevent.sleep(0.02)
        ticks.append("tick")


def run_child():
    code = "import time; time.sleep(0.2); print('child: done')"
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True)


ticker = gevent.spawn(tick)
finished = run_child()
ticker.kill()

print("exit code:", finished.returncode)
print("output:", finished.stdout.strip())
print("ticked while the child ran:", len(ticks) >= 3)
