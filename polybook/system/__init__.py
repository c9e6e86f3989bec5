"""The machine room: files, processes, signals, work side by side, finished steps."""
