-- One row per learner and item that cannot be computed from raw rows: of people who were erased, or begun before raw rows were archived.
-- name: as_of_item_response(platform, as_of)!
insert into pg_temp.item_response
select *
from marts.item_response
where platform = cast(:platform as text)
  and last_at < cast(:as_of as timestamptz)
  and (
    is_erased
    or first_at < (select max(until_at) from marts.sealed_range where platform = cast(:platform as text) and fact = 'fact_attempt')
  )
