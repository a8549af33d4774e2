-- One row: the platform's answers on the days before a cut-off, by the rollups: rows, answers, right ones, and a hash of the items.
-- name: known_answers(platform, cut_off)
select
    count(*) as days,
    coalesce(sum(attempts), 0) as answers,
    coalesce(sum(correct), 0) as correct,
    coalesce(bit_xor(hashtextextended(cast(item_id as text), attempts)), 0) as items
from marts.attempt_day
where
    platform = cast(:platform as text)
    and time_zone = 'UTC'
    and day < cast(cast(:cut_off as timestamptz) at time zone 'UTC' as date)
