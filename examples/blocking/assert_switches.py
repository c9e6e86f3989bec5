"""A test can demand that a piece of code yields."""
import time

import gevent
from gevent.util import assert_switches


def yields_at_once():
    gevent.sleep(0.01)


def never_yields():
    time.sleep(0.01)


def yields_too_late():
    time.sleep(0.1)
    gevent.sleep(0)


def check(function, limit=None):
    try:
        with assert_switches(max_blocking_time=limit):
            function()
    except AssertionError:
        print(function.__name__, "with limit", limit, "- fails")
    else:
        print(function.__name__, "with limit", limit, "- passes")


check(yields_at_once)
check(never_yields)
check(yields_too_late)
check(yields_too_late, limit=0.05)
