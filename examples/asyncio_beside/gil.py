"""Once gevent is imported, the GIL is on."""
import sys

import gevent


def gil_is_enabled():
    # The function exists from Python 3.13 on.
    check = getattr(sys, "_is_gil_enabled", None)
    return check() if check else True


gevent.sleep(0)
print("GIL enabled:", gil_is_enabled())
