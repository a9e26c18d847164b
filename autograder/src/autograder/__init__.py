"""Builds the cnnlab course and grades its notebooks."""

import sys

# jsonschema, which nbformat needs, imports this if it is there, and that takes a second: it builds
# a grammar of web addresses in all scripts of the world. No notebook has such a field to check.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
