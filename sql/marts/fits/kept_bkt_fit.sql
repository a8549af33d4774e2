-- One row per skill with fitted parameters at exactly this cut-off, by exactly this code.
-- name: kept_bkt_fit(platform, cut_off, definition)
select *
from marts.bkt_fit
where platform = cast(:platform as text) and cut_off = cast(:cut_off as timestamptz) and definition = cast(:definition as text)
order by skill_id
