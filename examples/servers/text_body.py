"""A body of text instead of bytes never reaches the client."""
import gevent
from gevent.pywsgi import WSGIServer

from _wire import show

# Without this line, the traceback goes to the standard error.
gevent.get_hub().exception_stream = None


def application(environ, start_response):
    headers = [("Content-Type", "text/plain")]
    start_response("200 OK", headers)
    yield "Hello, gevent\n"


server = WSGIServer(("127.0.0.1", 0), application, log=None)
server.start()
show(server)
server.stop()
