-- One row per label at fault: an enum of the document lacks it, or has it beyond the document.
with documented (type_name, label) as (
    values
        ('content_type', 'material'), ('content_type', 'creation_log'), ('content_type', 'generated'),
        ('content_type', 'note_article'), ('content_type', 'ai_response'),
        ('acquisition_method', 'api_fetch'), ('acquisition_method', 'manual_upload'), ('acquisition_method', 'ai_generated'),
        ('acquisition_method', 'user_created'), ('acquisition_method', 'system_import'),
        ('license_type', 'cc_by'), ('license_type', 'cc_by_sa'), ('license_type', 'cc_by_nc'), ('license_type', 'cc_by_nc_sa'),
        ('license_type', 'proprietary'), ('license_type', 'mit'), ('license_type', 'apache_2_0'),
        ('license_type', 'all_rights_reserved'), ('license_type', 'public_domain')
),
found as (
    select kind.typname::text as type_name, word.enumlabel::text as label
    from pg_catalog.pg_enum as word
    join pg_catalog.pg_type as kind on kind.oid = word.enumtypid
    where kind.typnamespace = 'mued'::regnamespace and kind.typname in ('content_type', 'acquisition_method', 'license_type')
)
select type_name, label
from documented
full join found using (type_name, label)
where documented.label is null or found.label is null
