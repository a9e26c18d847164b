"""Data sets that are fetched from the network once and kept.

Read in this order: `sources` (what there is and where), `transfer` (one file over an unreliable
network), `store` (checked files in the cache), `formats` (files into tensors).
"""

from cnnlab.data.downloads.formats import DOWNLOADED, load_downloaded
from cnnlab.data.downloads.store import CacheEntry, cache_entries, clear_cache

__all__ = ["DOWNLOADED", "CacheEntry", "cache_entries", "clear_cache", "load_downloaded"]
