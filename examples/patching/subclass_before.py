"""A class that was derived before patching keeps its old base."""
import socket


class EarlySocket(socket.socket):
    pass


from gevent import monkey
monkey.patch_all()


class LateSocket(socket.socket):
    pass


for each in (EarlySocket, LateSocket):
    print(each.__name__, "derives from", each.__base__.__module__)
