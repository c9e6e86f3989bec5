"""Five waiting Redis commands in one thread, thanks to patching."""
# region setup
from gevent import monkey
monkey.patch_all()

import gevent
from gevent.event import Event
from gevent.server import StreamServer
from redis import Redis

VALUES = {f"key{n}": f"value {n}" for n in range(5)}
waiting = 0
all_have_asked = Event()
# endregion


# region server
def read_command(stream):
    """Read one command: its length, then each of its words."""
    words = []
    for _ in range(int(stream.readline().lstrip(b"*") or 0)):
        size = int(stream.readline().lstrip(b"$"))
        words.append(stream.read(size + 2)[:-2].decode())
    return words


def serve(sock, address):
    """Answer no GET before all five have arrived."""
    global waiting
    stream = sock.makefile("rb")
    while words := read_command(stream):
        if words[0] != "GET":
            sock.sendall(b"+OK\r\n")
            continue
        waiting += 1
        if waiting == len(VALUES):
            all_have_asked.set()
        all_have_asked.wait()
        value = VALUES[words[1]]
        reply = f"${len(value)}\r\n{value}\r\n"
        sock.sendall(reply.encode())
# endregion


# region client
server = StreamServer(("127.0.0.1", 0), serve)
server.start()
client = Redis(port=server.server_port, protocol=2,
               decode_responses=True)

with gevent.Timeout(5):
    jobs = [gevent.spawn(client.get, key) for key in VALUES]
    gevent.joinall(jobs)
print("GETs that waited at the same time:", waiting)
for key, job in zip(VALUES, jobs):
    print(key, "->", job.get())

client.close()
server.stop()
# endregion
