"""What stands behind a few names before and after patching."""
import socket
import subprocess
import threading
import time

from gevent import monkey


def show(when):
    print(when)
    print("  time patched:", monkey.is_module_patched("time"))
    print("  time.sleep comes from", time.sleep.__module__)
    print("  socket.socket from", socket.socket.__module__)
    print("  Popen from", subprocess.Popen.__module__)
    lock = type(threading.Lock())
    print("  a Lock from", lock.__module__)


show("before")
monkey.patch_all()
show("after")

original = monkey.get_original("time", "sleep")
print("the original is", original)
