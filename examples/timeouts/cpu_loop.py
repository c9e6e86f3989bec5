"""A timeout cannot interrupt code that never yields."""
from time import perf_counter

import gevent
from gevent import Timeout


def compute(cooperative):
    """Count for a tenth of a second."""
    end = perf_counter() + 0.1
    while perf_counter() < end:
        if cooperative:
            gevent.sleep(0)
    return "ran to its end"


for cooperative in (False, True):
    result = "interrupted"
    with Timeout(0.01, False):
        result = compute(cooperative)
    print("yields:", cooperative, "->", result)
