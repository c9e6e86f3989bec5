"""A request and its reply between two greenlets over ZeroMQ."""
import gevent
import zmq.green as zmq

context = zmq.Context()


def server(socket):
    for _ in range(3):
        request = socket.recv_string()
        print("server received", request)
        socket.send_string(request.upper())
    socket.close()


def client(port):
    socket = context.socket(zmq.REQ)
    socket.connect(f"tcp://127.0.0.1:{port}")
    for word in ["one", "two", "three"]:
        socket.send_string(word)
        print("client received", socket.recv_string())
    socket.close()


replies = context.socket(zmq.REP)
port = replies.bind_to_random_port("tcp://127.0.0.1")
greenlets = [gevent.spawn(server, replies),
             gevent.spawn(client, port)]
gevent.joinall(greenlets, raise_error=True)
context.term()
