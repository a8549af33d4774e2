"""The reports: each joins queries over the marts with metrics into frames, and frames into words, tables and charts."""
