"""A file from open() blocks the hub; FileObject and threads do not."""
from gevent import monkey
monkey.patch_all()

import os

import gevent
from gevent.fileobject import FileObject

pool = gevent.get_hub().threadpool
real_sleep = monkey.get_original("time", "sleep")
ticks = 0


def ticker():
    global ticks
    while True:
        gevent.sleep(0.005)
        ticks += 1


def write_later(descriptor):
    real_sleep(0.05)
    os.write(descriptor, b"hello\n")
    os.close(descriptor)


def measure(label, wrap, read):
    reader, writer = os.pipe()
    pool.spawn(write_later, writer)
    with wrap(reader, "r") as file:
        before = ticks
        line = read(file)
        print(f"{label}: {line.strip()}, "
              f"others ran: {ticks > before}")


counting = gevent.spawn(ticker)
gevent.sleep(0.02)
measure("open", open, lambda file: file.readline())
measure("FileObject", FileObject, lambda file: file.readline())
measure("threadpool", open,
        lambda file: pool.apply(file.readline))
counting.kill()
