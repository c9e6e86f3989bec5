"""Three children run at once and answer through their pipes."""
import sys

import gevent
from gevent.subprocess import PIPE, Popen

CODE = "import sys; print(sys.stdin.read().upper())"


def start_child():
    command = [sys.executable, "-c", CODE]
    return Popen(command, stdin=PIPE, stdout=PIPE, text=True)


def ask(child, word):
    output, _ = child.communicate(word)
    return output.strip()


children = [start_child() for _ in range(3)]
running = [child for child in children if child.poll() is None]
print("running at once:", len(running))

words = ["red", "green", "blue"]
answers = [
    gevent.spawn(ask, child, word)
    for child, word in zip(children, words)
]
gevent.joinall(answers, raise_error=True)
print("answers:", [answer.value for answer in answers])
print("exit codes:", [child.returncode for child in children])
