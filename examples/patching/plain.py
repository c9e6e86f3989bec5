"""Two threads, written without any knowledge of gevent."""
import sys
import threading


def work(name, gate):
    gate.wait()
    print(name, "passes the gate")


names = ("first", "second")
gates = [threading.Event() for _ in names]
threads = [threading.Thread(target=work, args=pair)
           for pair in zip(names, gates)]
for thread in threads:
    thread.start()
print("threads of the program:", threading.active_count())
print("threads of the system:", len(sys._current_frames()))

for gate, thread in zip(gates, threads):
    gate.set()
    thread.join()
