"""Data checks: suite files, the Great Expectations run over them, its results and their history."""
