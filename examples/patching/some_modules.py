"""Patch a few modules only, and see what the rest does."""
from gevent import monkey

monkey.patch_time()
monkey.patch_socket()

for name in ("time", "socket", "threading", "select", "ssl"):
    print(f"{name:10}", monkey.is_module_patched(name))
