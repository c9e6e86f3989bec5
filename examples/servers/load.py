"""A hundred requests put a small load on a server."""
from gevent import monkey
monkey.patch_all()

import http.client

import gevent
from gevent.pool import Pool
from gevent.pywsgi import WSGIServer

active = []
most_at_once = 0


def application(environ, start_response):
    global most_at_once
    active.append(environ["PATH_INFO"])
    most_at_once = max(most_at_once, len(active))
    gevent.sleep(0.01)
    active.remove(environ["PATH_INFO"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode()]


def fetch(number):
    connection = http.client.HTTPConnection(*server.address)
    connection.request("GET", f"/{number}")
    response = connection.getresponse()
    right = response.read() == f"/{number}".encode()
    connection.close()
    return response.status, right


server = WSGIServer(("127.0.0.1", 0), application, log=None,
                    spawn=Pool(20))
server.start()
results = list(Pool(50).imap_unordered(fetch, range(100)))
print("answers:", len(results))
print("right answers:", results.count((200, True)))
print("more than 1 at once:", most_at_once > 1)
print("more than 20 at once:", most_at_once > 20)
assert results.count((200, True)) == 100
server.stop()
