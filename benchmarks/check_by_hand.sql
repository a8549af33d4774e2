-- One row: how many answers or citations break each rule of expectations/mued/ai_dialogue_log.yml, as somebody would write it for this one
-- table. One scan counts what a row and its neighbours tell, another takes the citations apart; days are judged by the views of the checks,
-- whose tests nobody writes twice.
with answer as (
    select
        count(*) filter (where log.created_at is null or log.recorded_at is null) as "MUED-DIAL-001",
        count(*) filter (where not (log.latency_ms >= 0 and log.latency_ms < 'infinity')) as "MUED-DIAL-002",
        count(*) filter (where log.citation_rate not between 0 and 100) as "MUED-DIAL-003",
        count(*) filter (where log.token_cost_jpy < 0) as "MUED-DIAL-004",
        count(*) filter (where log.relevance_score not between 0 and 1) as "MUED-DIAL-005",
        count(*) filter (where log.user_feedback not in (-1, 0, 1)) as "MUED-DIAL-006",
        count(*) filter (where not (log.input_tokens >= 0 and log.output_tokens >= 0)) as "MUED-DIAL-007",
        count(*) filter (where log.error_code is null and (log.latency_ms is null or log.model is null)) as "MUED-DIAL-008",
        count(*) filter (
            where log.error_code is not null and (log.response is not null or log.citations <> '[]')
        ) as "MUED-DIAL-009",
        count(*) filter (where jsonb_typeof(log.citations) is distinct from 'array') as no_list,
        count(*) filter (where log.citation_rate > 0 and log.citations = '[]') as "MUED-DIAL-014",
        count(*) filter (where log.user_id is not null and learner.id is null) as "MUED-DIAL-015",
        count(*) filter (
            where log.session_id is not null
                and (session.id is null or session.user_id <> log.user_id or session.started_at > log.created_at)
        ) as "MUED-DIAL-016",
        count(*) filter (where log.recorded_at < log.created_at) as "MUED-DIAL-017",
        count(*) filter (where log.source is not null and plugin.source is null) as "MUED-DIAL-018"
    from mued.ai_dialogue_log as log
    left join mued.users as learner on learner.id = log.user_id
    left join mued.sessions as session on session.id = log.session_id
    left join mued.plugin_registry as plugin on plugin.source = log.source
),
citation as (  -- few works are cited often, so what is known of a work is looked up once a day and work
    select
        (log.created_at at time zone 'UTC')::date as day, cited.item ->> 'provenance_id' as provenance_ref,
        count(*) as citations, min(log.created_at) as first_at,
        count(*) filter (
            where not coalesce(
                jsonb_typeof(cited.item -> 'provenance_id') in ('string', 'null') and jsonb_typeof(cited.item -> 'title') = 'string'
                    and cited.item ->> 'title' <> '',
                false
            )
        ) as malformed,
        count(*) filter (where cited.item -> 'position' is distinct from to_jsonb(cited.place)) as misnumbered
    from mued.ai_dialogue_log as log
    cross join lateral jsonb_array_elements(
        case when jsonb_typeof(log.citations) = 'array' then log.citations else '[]' end
    ) with ordinality as cited (item, place)
    group by 1, 2
),
cited_day as (
    select
        sum(citation.citations) as citations,
        sum(citation.malformed) + count(*) filter (
            where citation.provenance_ref !~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
        ) as malformed,
        sum(citation.misnumbered) as misnumbered,
        coalesce(sum(citation.citations) filter (where origin.id is null and citation.provenance_ref is not null), 0) as lost,
        count(*) filter (where origin.acquired_at > citation.first_at) as from_the_future
    from citation
    left join mued.provenance as origin on origin.id::text = citation.provenance_ref
    group by citation.day
),
cited as (
    select
        sum(malformed) as "MUED-DIAL-010", sum(misnumbered) as "MUED-DIAL-011",
        coalesce(sum(lost) filter (where lost > 5 and lost > 0.05 * citations), 0) as "MUED-DIAL-012",
        sum(from_the_future) as "MUED-DIAL-013"
    from cited_day
)
select
    "MUED-DIAL-001", "MUED-DIAL-002", "MUED-DIAL-003", "MUED-DIAL-004", "MUED-DIAL-005", "MUED-DIAL-006", "MUED-DIAL-007", "MUED-DIAL-008",
    "MUED-DIAL-009", no_list + "MUED-DIAL-010" as "MUED-DIAL-010", "MUED-DIAL-011", "MUED-DIAL-012", "MUED-DIAL-013", "MUED-DIAL-014",
    "MUED-DIAL-015", "MUED-DIAL-016", "MUED-DIAL-017", "MUED-DIAL-018",
    (select count(*) from mued.check_freshness where table_name = 'ai_dialogue_log' and is_stale) as "MUED-DIAL-019",
    (select count(*) from mued.check_volume where table_name = 'ai_dialogue_log' and is_unusual) as "MUED-DIAL-020"
from answer
cross join cited
