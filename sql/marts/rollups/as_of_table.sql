-- One row per row of the rollup as it was at an earlier cut-off: an empty table of its shape, for this session only.
-- name: as_of_table()!
create temporary table {rollup} (like marts.{rollup} including defaults including constraints including indexes)
