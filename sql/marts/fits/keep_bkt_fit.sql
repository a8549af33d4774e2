-- One row: how many fits were kept.
-- name: keep_bkt_fit(fits)
select marts.keep_bkt_fit(cast(:fits as jsonb)) as kept
