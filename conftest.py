"""For `pytest --doctest-modules src/cnnlab`; what all tests share lies in tests/conftest.py."""

# The front door imports its parts when they are asked for, and pytest's collector asks a module
# for everything while it walks through it. It holds no examples of its own.
collect_ignore = ["src/cnnlab/__init__.py"]
