"""Data sets that are fetched from the network once and kept.

Read in this order: `sources` (what there is and where), `checking` (is this the file?), `system`
(what the operating system's packages hold), `transfer` (one file over an unreliable network),
`store` (checked files in the cache), `formats` (files into tensors).
"""
