"""An ssl_context turns a WSGIServer into an HTTPS server."""
from gevent import monkey
monkey.patch_all()

import ssl
from http.client import HTTPSConnection
from pathlib import Path

import gevent
from gevent.pywsgi import WSGIServer

# Without this line, the handshake that fails prints a traceback.
gevent.get_hub().exception_stream = None
CERTIFICATE = Path(__file__).with_name("localhost.pem")
KEY = Path(__file__).with_name("localhost.key")


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.url_scheme"].encode()]


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server = WSGIServer(("127.0.0.1", 0), application, log=None,
                    ssl_context=context)
server.start()


def fetch(context):
    client = HTTPSConnection(*server.address, context=context)
    client.request("GET", "/")
    body = client.getresponse().read()
    client.close()
    return body


friend = ssl.create_default_context(cafile=CERTIFICATE)
print("a client that knows the certificate:", fetch(friend))
stranger = ssl.create_default_context()
try:
    fetch(stranger)
except ssl.SSLCertVerificationError as error:
    print("a client that does not:", type(error).__name__)
server.stop()
