"""Greenlets have names that a program can read and set."""
import gevent


def work():
    current = gevent.getcurrent()
    print(current.name, "runs")


jobs = [gevent.spawn(work) for _ in range(3)]
jobs[1].name = "mailer"
gevent.joinall(jobs)
