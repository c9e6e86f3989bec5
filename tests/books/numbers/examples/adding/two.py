"""Add two numbers."""

print(1 + 2)
