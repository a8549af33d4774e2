-- One row: how many fits were kept.
-- name: keep_item_fit(fits)
select marts.keep_item_fit(cast(:fits as jsonb)) as kept
