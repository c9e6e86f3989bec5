"""The same generator on the wire of HTTP/1.1 and of HTTP/1.0."""
from gevent.pywsgi import WSGIServer

from _wire import show


def application(environ, start_response):
    headers = [("Content-Type", "text/plain")]
    start_response("200 OK", headers)
    yield b"cooperative\n"
    yield b""
    yield b"concurrency is fun\n"


server = WSGIServer(("127.0.0.1", 0), application, log=None)
server.start()
for version in ["HTTP/1.1", "HTTP/1.0"]:
    print("a request of", version)
    show(server, version)
server.stop()
