"""A shutdown that gives every worker a limited time to finish."""
import os
import signal

import gevent


def worker(name, cleanup):
    try:
        gevent.sleep(60)
    finally:
        gevent.sleep(cleanup)
        print(name, "saved its work")


def shut_down(workers):
    print("shutdown: asking", len(workers), "workers to stop")
    gevent.killall(workers, block=False)
    finished = gevent.joinall(workers, timeout=0.2)
    print("shutdown:", len(finished), "stopped in time")
    late = [each for each in workers if not each.ready()]
    print("shutdown:", len(late), "is stuck and killed again")
    gevent.killall(late)


workers = [
    gevent.spawn(worker, "quick", 0.01),
    gevent.spawn(worker, "steady", 0.05),
    gevent.spawn(worker, "stuck", 60),
]
handler = gevent.signal_handler(
    signal.SIGTERM, shut_down, workers
)
gevent.spawn_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
gevent.joinall(workers)
handler.cancel()
print("main: nothing is left to do")
