"""GreenletTree shows which greenlet spawned which."""
import re

import gevent
from gevent.util import GreenletTree


def fetch():
    gevent.sleep(0.05)


def session():
    for name in ["fetch-1", "fetch-2"]:
        gevent.spawn(fetch).name = name
    gevent.sleep(0.05)


gevent.spawn(session).name = "session"
gevent.sleep(0.01)

tree = GreenletTree.current_tree()
for line in tree.format_lines(details=False):
    if "Greenlet " in line:
        print(re.sub(" at 0x[0-9a-f]+", "", line))
