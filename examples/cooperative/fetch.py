"""Five requests are made one after another, and then together."""
# region patch
from gevent import monkey
monkey.patch_all()
# endregion

import json
import time
from urllib.request import ProxyHandler, build_opener

import gevent
from gevent.pywsgi import WSGIServer

# The server runs on this machine, so no proxy is wanted.
opener = build_opener(ProxyHandler({}))


def application(environ, start_response):
    gevent.sleep(0.05)
    number = int(environ["PATH_INFO"].strip("/"))
    body = json.dumps({"square": number * number}).encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [body]


# region client
def fetch(number):
    host, port = server.address
    url = f"http://{host}:{port}/{number}"
    with opener.open(url) as response:
        return json.load(response)["square"]


def one_after_another():
    return [fetch(number) for number in range(5)]


def together():
    jobs = [gevent.spawn(fetch, number) for number in range(5)]
    gevent.joinall(jobs, raise_error=True)
    return [job.value for job in jobs]


# endregion
server = WSGIServer(("127.0.0.1", 0), application, log=None)
server.start()
elapsed = {}
for run in one_after_another, together:
    start = time.monotonic()
    print(run.__name__, "got", run())
    elapsed[run] = time.monotonic() - start
print("together is faster:",
      elapsed[together] < elapsed[one_after_another])
server.stop()
