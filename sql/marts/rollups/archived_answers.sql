-- One row per platform whose learners have answered since the cut-off items that they began before raw rows were archived: what they had
-- made of these by then is not known any more.
-- name: archived_answers(platforms, as_of)
select distinct r.platform
from marts.item_response as r
join (
    select platform, max(until_at) as until_at
    from marts.sealed_range
    where fact = 'fact_attempt'
    group by platform
) as s on s.platform = r.platform
where r.platform = any(cast(:platforms as text[]))
  and r.first_at < s.until_at
  and r.last_at >= cast(:as_of as timestamptz)
  and not r.is_erased
union
select distinct r.platform
from marts.learner_skill as r
join (
    select platform, max(until_at) as until_at
    from marts.sealed_range
    where fact = 'fact_attempt'
    group by platform
) as s on s.platform = r.platform
where r.platform = any(cast(:platforms as text[]))
  and r.first_at < s.until_at
  and r.last_at >= cast(:as_of as timestamptz)
  and not r.is_erased
order by 1
