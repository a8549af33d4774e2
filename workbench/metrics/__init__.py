"""The figures themselves: pure functions and small frozen results, no database, no files (definitions S, Q, P, X)."""
