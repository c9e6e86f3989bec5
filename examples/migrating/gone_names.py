"""None of these old modules and names exists any more."""
import importlib

import gevent
import gevent.signal

modules = [
    "coros", "wsgi", "http", "httplib", "dns",
    "sslold", "rawgreenlet",
]
for name in modules:
    try:
        importlib.import_module("gevent." + name)
    except ImportError:
        print("import gevent." + name, "- gone")

names = [
    (gevent, "shutdown"),
    (gevent, "run"),
    (gevent, "spawn_link"),
    (gevent.Greenlet, "spawn_link"),
]
for place, name in names:
    if not hasattr(place, name):
        print(place.__name__ + "." + name, "- gone")

print("gevent.signal is callable:", callable(gevent.signal))
