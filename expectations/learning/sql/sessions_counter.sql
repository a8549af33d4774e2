-- One row per session at fault: its number of interactions is not the number of its rows. Ranges that were archived are left out.
select held.id
from learning.learning_sessions as held
left join (
    select learning_session_id, count(*) as interactions
    from learning.interactions
    group by learning_session_id
) as counted on counted.learning_session_id = held.id
where coalesce(held.total_interactions, 0) <> coalesce(counted.interactions, 0)
    and not exists (
        select
        from marts.sealed_range as sealed
        where sealed.platform = 'learning' and sealed.fact in ('fact_activity', 'fact_attempt')
            and sealed.from_at <= coalesce(held.ended_at, held.started_at + interval '1 day') and sealed.until_at > held.started_at
    )
