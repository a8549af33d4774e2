-- One row per noted change of the UTC days that this batch computes; what is noted later stays for the next refresh.
-- name: forget_touched_days(platform, facts, start, end)!
delete from marts.touched_day
where platform = cast(:platform as text)
  and fact = any(cast(:facts as text[]))
  and day >= cast(:start as date)
  and day < cast(:end as date)
