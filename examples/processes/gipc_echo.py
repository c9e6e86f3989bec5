"""A gipc child echoes what a greenlet writes to it."""
import multiprocessing

# gipc reads the start method at the moment of its import.
multiprocessing.set_start_method("spawn", force=True)

import gevent
import gipc


def echo(pipe):
    for message in iter(pipe.get, None):
        pipe.put("echo: " + message)


def write(pipe):
    for message in ["one", "two", "three", None]:
        pipe.put(message)


def main():
    with gipc.pipe(duplex=True) as (child_end, our_end):
        child = gipc.start_process(echo, args=(child_end,))
        gevent.spawn(write, our_end)
        for _ in range(3):
            print(our_end.get())
        child.join()
    print("exit code:", child.exitcode)


if __name__ == "__main__":
    main()
