"""A list is a body whose length the server can count."""
from gevent.pywsgi import WSGIServer

from _wire import show


def application(environ, start_response):
    headers = [("Content-Type", "text/plain")]
    start_response("200 OK", headers)
    return [b"Hello, ", b"gevent\n"]


server = WSGIServer(("127.0.0.1", 0), application, log=None)
server.start()
show(server)
server.stop()
