"""A timeout cannot interrupt code that never yields."""
from time import process_time

import gevent
from gevent import Timeout


def compute(cooperative):
    """Count for a tenth of a second."""
    end = process_time() + 0.1
    while process_time() < end:
        if cooperative:
            gevent.sleep(0)
    return "ran to its end"


for cooperative in (False, True):
    result = "interrupted"
    with Timeout(0.01, False):
        result = compute(cooperative)
    print("yields:", cooperative, "->", result)
