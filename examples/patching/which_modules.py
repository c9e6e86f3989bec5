"""Ask what is patched and what is not."""
from gevent import monkey

monkey.patch_all()

names = ("os", "signal", "subprocess", "threading", "queue",
         "time", "socket", "ssl", "select", "selectors",
         "io", "builtins", "asyncio", "multiprocessing",
         "sqlite3")
for answer in (True, False):
    chosen = [name for name in names
              if monkey.is_module_patched(name) is answer]
    print(f"patched {answer}:", " ".join(chosen))

for name in ("sleep", "time"):
    print("time." + name, "replaced:",
          monkey.is_object_patched("time", name))
