"""A forked child also runs the greenlets of its parent."""
import multiprocessing
import os

import gevent

PARENT = os.getpid()


def report():
    gevent.sleep(0.03)
    where = "parent" if os.getpid() == PARENT else "child"
    print("  the greenlet wakes in the", where, flush=True)


def wait_a_little():
    gevent.sleep(0.1)


def try_method(method):
    print("start method:", method, flush=True)
    greenlet = gevent.spawn(report)
    gevent.sleep(0)
    context = multiprocessing.get_context(method)
    child = context.Process(target=wait_a_little)
    child.start()
    child.join()
    greenlet.join()


if __name__ == "__main__":
    try_method("fork")
    try_method("spawn")
