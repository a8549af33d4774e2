"""The tables of the learning platform are those of its document: columns, types, defaults, keys, checks and indexes, and nothing else."""

import re
from dataclasses import dataclass, field

import psycopg
import pytest
from sqlalchemy import Connection

from workbench.db import raw

# The definitions as they were given: a line a column (name, type, constraints, description), then the indexes.
DOCUMENT = """
### users
| id | uuid | PRIMARY KEY | Unique user identifier |
| email | varchar(255) | UNIQUE NOT NULL | User email address |
| username | varchar(50) | UNIQUE NOT NULL | Unique username |
| password_hash | varchar(255) | NOT NULL | Bcrypt hashed password |
| first_name | varchar(100) | | User's first name |
| last_name | varchar(100) | | User's last name |
| profile_picture_url | varchar(500) | | URL to profile image |
| preferences | jsonb | | User preferences and settings |
| created_at | timestamp | NOT NULL DEFAULT NOW() | Account creation timestamp |
| updated_at | timestamp | NOT NULL DEFAULT NOW() | Last update timestamp |
| deleted_at | timestamp | | Soft delete timestamp |
| is_active | boolean | NOT NULL DEFAULT true | Account status |
| last_login_at | timestamp | | Last successful login |
- `idx_users_email` (email)
- `idx_users_username` (username)
- `idx_users_created_at` (created_at)
- `idx_users_is_active_deleted_at` (is_active, deleted_at)
### study_materials
| id | uuid | PRIMARY KEY | Unique material identifier |
| user_id | uuid | NOT NULL REFERENCES users(id) | Owner user ID |
| title | varchar(255) | NOT NULL | Material title |
| description | text | | Detailed description |
| source_url | varchar(1000) | | Original source URL |
| source_type | varchar(50) | NOT NULL | Type of source (upload, url, text) |
| metadata | jsonb | | Additional metadata |
| status | varchar(20) | NOT NULL DEFAULT 'processing' | Processing status |
| created_at | timestamp | NOT NULL DEFAULT NOW() | Creation timestamp |
| updated_at | timestamp | NOT NULL DEFAULT NOW() | Last update timestamp |
| deleted_at | timestamp | | Soft delete timestamp |
| content_length | integer | | Length in characters/words |
| difficulty_level | varchar(20) | | Difficulty rating |
| subject_area | varchar(100) | | Academic subject |
| tags | text[] | | Searchable tags |
- `idx_study_materials_user_id` (user_id)
- `idx_study_materials_status` (status)
- `idx_study_materials_created_at` (created_at)
- `idx_study_materials_subject_area` (subject_area)
- `idx_study_materials_tags` (tags) GIN
- `idx_study_materials_deleted_at` (deleted_at)
### content_chunks
| id | uuid | PRIMARY KEY | Unique chunk identifier |
| study_material_id | uuid | NOT NULL REFERENCES study_materials(id) | Parent material ID |
| chunk_order | integer | NOT NULL | Sequential order within material |
| content | text | NOT NULL | Chunk content |
| chunk_type | varchar(50) | NOT NULL | Type of content (paragraph, section, etc.) |
| metadata | jsonb | | Additional chunk metadata |
| created_at | timestamp | NOT NULL DEFAULT NOW() | Creation timestamp |
| updated_at | timestamp | NOT NULL DEFAULT NOW() | Last update timestamp |
| word_count | integer | | Number of words in chunk |
| language | varchar(10) | | Language code |
| summary | text | | Auto-generated summary |
| relevance_score | float | | ML relevance score (0-1) |
- `idx_content_chunks_study_material_id` (study_material_id)
- `idx_content_chunks_chunk_order` (study_material_id, chunk_order)
- `idx_content_chunks_chunk_type` (chunk_type)
- `idx_content_chunks_relevance_score` (relevance_score)
- `idx_content_chunks_language` (language)
### generated_assets
| id | uuid | PRIMARY KEY | Unique asset identifier |
| study_material_id | uuid | NOT NULL REFERENCES study_materials(id) | Source material ID |
| content_chunk_id | uuid | REFERENCES content_chunks(id) | Source chunk ID |
| asset_type | varchar(50) | NOT NULL | Type (quiz, flashcard, summary) |
| content | jsonb | NOT NULL | Asset content structure |
| metadata | jsonb | | Generation metadata |
| generation_model | varchar(100) | NOT NULL | AI model used |
| created_at | timestamp | NOT NULL DEFAULT NOW() | Creation timestamp |
| updated_at | timestamp | NOT NULL DEFAULT NOW() | Last update timestamp |
| status | varchar(20) | NOT NULL DEFAULT 'ready' | Asset status |
| quality_score | float | | Quality rating (0-1) |
| difficulty_level | integer | | 1-10 difficulty scale |
| generation_params | jsonb | | Parameters used for generation |
- `idx_generated_assets_study_material_id` (study_material_id)
- `idx_generated_assets_content_chunk_id` (content_chunk_id)
- `idx_generated_assets_asset_type` (asset_type)
- `idx_generated_assets_status` (status)
- `idx_generated_assets_quality_score` (quality_score)
- `idx_generated_assets_difficulty_level` (difficulty_level)
- `idx_generated_assets_created_at` (created_at)
### learning_sessions
| id | uuid | PRIMARY KEY | Unique session identifier |
| user_id | uuid | NOT NULL REFERENCES users(id) | User ID |
| study_material_id | uuid | NOT NULL REFERENCES study_materials(id) | Material being studied |
| started_at | timestamp | NOT NULL DEFAULT NOW() | Session start time |
| ended_at | timestamp | | Session end time |
| session_type | varchar(50) | NOT NULL | Type (quiz, review, study) |
| session_data | jsonb | | Session configuration and state |
| total_interactions | integer | DEFAULT 0 | Number of interactions |
| completion_percentage | float | DEFAULT 0 | Completion progress (0-100) |
| status | varchar(20) | NOT NULL DEFAULT 'active' | Session status |
| configuration | jsonb | | Session settings |
- `idx_learning_sessions_user_id` (user_id)
- `idx_learning_sessions_study_material_id` (study_material_id)
- `idx_learning_sessions_started_at` (started_at)
- `idx_learning_sessions_status` (status)
- `idx_learning_sessions_session_type` (session_type)
- `idx_learning_sessions_completion_percentage` (completion_percentage)
### interactions
| id | uuid | PRIMARY KEY | Unique interaction identifier |
| learning_session_id | uuid | NOT NULL REFERENCES learning_sessions(id) | Parent session ID |
| generated_asset_id | uuid | REFERENCES generated_assets(id) | Asset interacted with |
| user_id | uuid | NOT NULL REFERENCES users(id) | User ID |
| interaction_type | varchar(50) | NOT NULL | Type (answer, view, skip) |
| interaction_data | jsonb | NOT NULL | Interaction details |
| created_at | timestamp | NOT NULL DEFAULT NOW() | Interaction timestamp |
| is_correct | boolean | | Correctness for quiz interactions |
| response_time_ms | integer | | Time to respond in milliseconds |
| confidence_level | float | | User confidence (0-1) |
| feedback_data | jsonb | | Immediate feedback provided |
- `idx_interactions_learning_session_id` (learning_session_id)
- `idx_interactions_generated_asset_id` (generated_asset_id)
- `idx_interactions_user_id` (user_id)
- `idx_interactions_created_at` (created_at)
- `idx_interactions_interaction_type` (interaction_type)
- `idx_interactions_is_correct` (is_correct)
### user_feedback
| id | uuid | PRIMARY KEY | Unique feedback identifier |
| user_id | uuid | NOT NULL REFERENCES users(id) | User providing feedback |
| generated_asset_id | uuid | REFERENCES generated_assets(id) | Asset being rated |
| interaction_id | uuid | REFERENCES interactions(id) | Specific interaction |
| feedback_type | varchar(50) | NOT NULL | Type (rating, comment, report) |
| rating | integer | CHECK (rating >= 1 AND rating <= 5) | 1-5 star rating |
| comment | text | | User comment |
| metadata | jsonb | | Additional feedback data |
| created_at | timestamp | NOT NULL DEFAULT NOW() | Feedback timestamp |
| updated_at | timestamp | NOT NULL DEFAULT NOW() | Last update timestamp |
| status | varchar(20) | NOT NULL DEFAULT 'active' | Feedback status |
- `idx_user_feedback_user_id` (user_id)
- `idx_user_feedback_generated_asset_id` (generated_asset_id)
- `idx_user_feedback_interaction_id` (interaction_id)
- `idx_user_feedback_feedback_type` (feedback_type)
- `idx_user_feedback_rating` (rating)
- `idx_user_feedback_created_at` (created_at)
### progress_metrics
| id | uuid | PRIMARY KEY | Unique metric identifier |
| user_id | uuid | NOT NULL REFERENCES users(id) | User ID |
| learning_session_id | uuid | REFERENCES learning_sessions(id) | Related session |
| metric_type | varchar(50) | NOT NULL | Type (accuracy, speed, retention) |
| metric_value | float | NOT NULL | Metric value |
| metric_data | jsonb | | Additional metric details |
| recorded_at | timestamp | NOT NULL DEFAULT NOW() | Recording timestamp |
| time_period | varchar(20) | | Period (daily, weekly, monthly) |
| subject_area | varchar(100) | | Subject context |
| aggregation_type | varchar(20) | | Type of aggregation |
- `idx_progress_metrics_user_id` (user_id)
- `idx_progress_metrics_learning_session_id` (learning_session_id)
- `idx_progress_metrics_metric_type` (metric_type)
- `idx_progress_metrics_recorded_at` (recorded_at)
- `idx_progress_metrics_time_period` (time_period)
- `idx_progress_metrics_subject_area` (subject_area)
### audit_logs
| id | uuid | PRIMARY KEY | Unique log identifier |
| user_id | uuid | REFERENCES users(id) | User performing action |
| action | varchar(100) | NOT NULL | Action performed |
| entity_type | varchar(50) | NOT NULL | Type of entity affected |
| entity_id | uuid | | ID of affected entity |
| old_values | jsonb | | Previous state |
| new_values | jsonb | | New state |
| ip_address | inet | | User IP address |
| user_agent | text | | Browser/client info |
| created_at | timestamp | NOT NULL DEFAULT NOW() | Log timestamp |
| session_id | varchar(255) | | Session identifier |
| is_success | boolean | NOT NULL DEFAULT true | Action success status |
| error_message | text | | Error details if failed |
- `idx_audit_logs_user_id` (user_id)
- `idx_audit_logs_action` (action)
- `idx_audit_logs_entity_type` (entity_type)
- `idx_audit_logs_entity_id` (entity_id)
- `idx_audit_logs_created_at` (created_at)
- `idx_audit_logs_is_success` (is_success)
- `idx_audit_logs_session_id` (session_id)
"""

# What differs, and why: `timestamp` is timestamptz everywhere; keys of partitioned tables hold the partition column, so feedback refers to
# an interaction by both halves of its key; keys make themselves; the document's "consider" and "partial indexes" became these indexes.
PARTITIONED = {"interactions": "created_at", "progress_metrics": "recorded_at", "audit_logs": "created_at"}
ADDED_COLUMNS = {("user_feedback", "interaction_created_at")}
ADDED_INDEXES = {
    "idx_users_present", "idx_study_materials_title_trgm", "idx_study_materials_search", "idx_study_materials_metadata",
    "idx_content_chunks_content_trgm", "idx_content_chunks_search", "idx_content_chunks_metadata", "idx_generated_assets_metadata",
    "idx_user_feedback_metadata",
}  # fmt: skip
TYPES = {"timestamp": "timestamp with time zone", "float": "double precision"}


@dataclass
class Table:
    """A table as the document has it."""

    columns: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # name → type, constraints, description
    indexes: dict[str, tuple[str, str]] = field(default_factory=dict)  # name → columns, method


def parse(document: str) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    table = Table()
    for line in document.strip().splitlines():
        if line.startswith("### "):
            table = tables.setdefault(line[4:].strip(), Table())
        elif line.startswith("|"):
            name, kind, constraints, description = (cell.strip() for cell in line.strip("|").split("|"))
            table.columns[name] = (kind, constraints, description)
        else:
            name, columns, method = re.fullmatch(r"- `(\w+)` \((.+)\)( GIN)?", line).groups()
            table.indexes[name] = (columns, (method or "btree").strip().lower())
    return tables


TABLES = parse(DOCUMENT)


@pytest.fixture
def sql(connection: Connection) -> psycopg.Connection:
    return raw(connection)


def wanted_type(kind: str) -> str:
    return TYPES.get(kind, kind.replace("varchar", "character varying"))


def wanted_default(constraints: str) -> str | None:
    found = re.search(r"DEFAULT (\S+)", constraints)
    return found and found[1].lower()


def plain(definition: str) -> str:
    return re.sub(r"[\s()]|::[a-z ]+(?:\(\d+\))?", "", definition).lower()


def test_the_document_was_read_whole() -> None:
    assert {name: (len(table.columns), len(table.indexes)) for name, table in TABLES.items()} == {
        "users": (13, 4), "study_materials": (15, 6), "content_chunks": (12, 5), "generated_assets": (13, 7), "learning_sessions": (11, 6),
        "interactions": (11, 6), "user_feedback": (11, 6), "progress_metrics": (10, 6), "audit_logs": (13, 7),
    }  # fmt: skip


def test_there_are_these_tables_and_no_others(sql: psycopg.Connection) -> None:
    found = "select relname from pg_class where relnamespace = 'learning'::regnamespace and relkind in ('r', 'p') and not relispartition"
    assert {name for (name,) in sql.execute(found)} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_columns_have_their_type_default_and_comment(sql: psycopg.Connection, name: str) -> None:
    rows = sql.execute(
        """select attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)
           from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
           where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum""",
        [f"learning.{name}"],
    ).fetchall()
    found = {column: rest for column, *rest in rows if (name, column) not in ADDED_COLUMNS}
    assert list(found) == list(TABLES[name].columns), "the same columns in the same order"
    assert len(rows) - len(found) == sum(table == name for table, _ in ADDED_COLUMNS)
    for column, (kind, constraints, description) in TABLES[name].columns.items():
        typed, required, default, comment = found[column]
        assert typed == wanted_type(kind), column
        key = column == "id" or column == PARTITIONED.get(name)
        assert required == ("NOT NULL" in constraints or key), column
        assert (default and plain(default)) == (plain("gen_random_uuid()") if column == "id" else
                                                (wanted_default(constraints) and plain(wanted_default(constraints)))), column  # fmt: skip
        assert re.sub("^(Personal|Secret): ", "", comment) == description, column


@pytest.mark.parametrize("name", TABLES)
def test_keys_references_and_checks_are_those_listed(sql: psycopg.Connection, name: str) -> None:
    found = "select contype::text, pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and conparentid = 0"
    kinds: dict[str, set[str]] = {"p": set(), "u": set(), "f": set(), "c": set()}
    for kind, definition in sql.execute(found, [f"learning.{name}"]):
        if kind in kinds:
            kinds[kind].add(definition)
    key = f"id, {PARTITIONED[name]}" if name in PARTITIONED else "id"
    assert kinds["p"] == {f"PRIMARY KEY ({key})"}
    listed = TABLES[name].columns.items()
    assert kinds["u"] == {f"UNIQUE ({column})" for column, (_, text, _) in listed if "UNIQUE" in text}
    references = {column: re.search(r"REFERENCES (\w+)\(id\)", text) for column, (_, text, _) in listed}
    wanted = {f"FOREIGN KEY ({column}) REFERENCES learning.{to[1]}(id)" for column, to in references.items() if to}
    if name == "user_feedback":
        wanted.remove("FOREIGN KEY (interaction_id) REFERENCES learning.interactions(id)")
        wanted.add("FOREIGN KEY (interaction_id, interaction_created_at) REFERENCES learning.interactions(id, created_at)")
    assert kinds["f"] == wanted
    checks = {plain(re.search(r"CHECK \(.+\)", text)[0]) for _, (_, text, _) in listed if "CHECK" in text}
    if name == "user_feedback":
        checks.add(plain("CHECK ((interaction_id is null) = (interaction_created_at is null))"))
    assert {plain(check) for check in kinds["c"]} == checks


def test_every_listed_index_is_there_by_name(sql: psycopg.Connection) -> None:
    rows = sql.execute(
        """select t.relname, i.relname, a.amname, pg_get_indexdef(x.indexrelid) from pg_index x join pg_class i on i.oid = x.indexrelid
           join pg_class t on t.oid = x.indrelid join pg_am a on a.oid = i.relam
           where t.relnamespace = 'learning'::regnamespace and not t.relispartition and not exists (
               select from pg_constraint where conindid = x.indexrelid and contype in ('p', 'u'))"""
    ).fetchall()
    found = {name: (table, method, definition) for table, name, method, definition in rows}
    for table, defined in TABLES.items():
        for name, (columns, method) in defined.indexes.items():
            assert found[name][:2] == (table, method), name
            assert found[name][2].endswith(f"USING {method} ({columns})"), name
    listed = {name for table in TABLES.values() for name in table.indexes}
    assert found.keys() - listed == ADDED_INDEXES


def test_three_tables_have_a_partition_a_month_and_one_has_no_default(sql: psycopg.Connection) -> None:
    rows = sql.execute(
        """select c.relname, pg_get_partkeydef(c.oid), partdefid <> 0 from pg_partitioned_table join pg_class c on c.oid = partrelid
           where relnamespace = 'learning'::regnamespace"""
    ).fetchall()
    assert {name: (key, overflow) for name, key, overflow in rows} == {
        name: (f"RANGE ({column})", name != "interactions") for name, column in PARTITIONED.items()
    }
