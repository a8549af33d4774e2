-- One row per item with statistics at exactly this cut-off, by exactly this code.
-- name: kept_item_fit(platform, cut_off, definition)
select *
from marts.item_fit
where platform = cast(:platform as text) and cut_off = cast(:cut_off as timestamptz) and definition = cast(:definition as text)
order by item_id
