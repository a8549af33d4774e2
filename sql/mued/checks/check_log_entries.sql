-- One row per entry of the log: the key, and what checks may know of its text and metadata.
create view mued.check_log_entries as
select
    id,
    coalesce(btrim(content) <> '' and length(content) <= 100000, false) as content_is_filled,
    coalesce(jsonb_typeof(metadata) = 'object', false) as metadata_is_object
from mued.log_entries;

comment on view mued.check_log_entries is 'Log entries as checks see them: the key and truth values about text and metadata.';
comment on column mued.check_log_entries.id is 'Identity of the entry.';
comment on column mued.check_log_entries.content_is_filled is 'Whether there is a text, of at most 100,000 characters.';
comment on column mued.check_log_entries.metadata_is_object is 'Whether the metadata is a JSON object.';
