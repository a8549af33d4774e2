"""The parts of loading: file readers, field mapping, conversion to a table's types, and the binary COPY that carries rows in."""
