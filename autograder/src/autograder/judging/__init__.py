"""From a submission to its results: rebuilt, run once, and put to every hidden check."""
