"""A child forked by gipc does not run its parent's greenlets."""
import multiprocessing
import os

multiprocessing.set_start_method("fork")

import gevent
import gipc

PARENT = os.getpid()


def report():
    gevent.sleep(0.05)
    where = "parent" if os.getpid() == PARENT else "child"
    print("the greenlet wakes in the", where, flush=True)


def wait_a_little():
    gevent.sleep(0.15)
    print("the child ends", flush=True)


if __name__ == "__main__":
    greenlet = gevent.spawn(report)
    gevent.sleep(0)
    child = gipc.start_process(wait_a_little)
    child.join()
    greenlet.join()
