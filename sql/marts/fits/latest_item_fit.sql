-- One row: the newest cut-off at or before an instant for which fits of the platform are kept; empty without any.
-- name: latest_item_fit(platform, before, definition)
select max(cut_off) as cut_off
from marts.item_fit
where
    platform = cast(:platform as text)
    and cut_off <= cast(:before as timestamptz)
    and definition = cast(:definition as text)
