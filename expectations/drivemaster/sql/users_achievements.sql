-- One row per account at fault: its achievements are no array of badges with names, or hold one twice.
select account.id
from drivemaster.users as account
cross join lateral (
    select count(*) as badges, count(distinct item ->> 'badge') as names
    from jsonb_array_elements(case jsonb_typeof(account.achievements) when 'array' then account.achievements else '[]' end) as item
) as counted
where jsonb_typeof(account.achievements) <> 'array' or counted.badges <> counted.names
