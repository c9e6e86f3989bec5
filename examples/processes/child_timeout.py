"""A child that takes too long is killed; a failure is reported."""
import sys

from gevent import subprocess


def python(code):
    return [sys.executable, "-c", code]


try:
    slow = python("import time; time.sleep(30)")
    subprocess.run(slow, timeout=0.2)
except subprocess.TimeoutExpired as error:
    print("too slow, limit was", error.timeout)

try:
    subprocess.run(python("raise SystemExit(3)"), check=True)
except subprocess.CalledProcessError as error:
    print("failed with exit code", error.returncode)
