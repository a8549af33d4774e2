"""What the files of the data set become, table by table: the mapping that `presets.oulad` describes."""

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from workbench.presets.oulad_files import Files

if TYPE_CHECKING:
    import pandas as pd

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "workbench/presets/oulad")
PASS_MARK = 40
PASSED = ("Pass", "Distinction")
DAY, NOON = 86_400_000_000, 43_200_000_000  # microseconds
MADE_BY = "none: teaching staff of the Open University"
Columns = dict[str, pa.Array]


def keys(kind: str, *parts: Iterable[Any]) -> np.ndarray:
    """UUIDs of version 5 of `<kind>/<part>/<part>…` in the preset's namespace, as a (count, 16) array."""
    sha1, space = hashlib.sha1, NAMESPACE.bytes + kind.encode()
    texts = (map(str, part.tolist() if hasattr(part, "tolist") else part) for part in parts)
    digests = [sha1(space + b"/" + "/".join(named).encode()).digest()[:16] for named in zip(*texts, strict=True)]
    made = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16).copy()
    made[:, 6] = made[:, 6] & 0x0F | 0x50
    made[:, 8] = made[:, 8] & 0x3F | 0x80
    return made


def _ids(made: np.ndarray) -> pa.Array:
    flat = np.ascontiguousarray(made)
    return pa.Array.from_buffers(pa.binary(16), len(flat), [None, pa.py_buffer(flat)])


def _times(us: np.ndarray) -> pa.Array:
    return pa.array(us.astype(np.int64)).cast(pa.timestamp("us", "UTC"))


def _same(value: object, count: int) -> pa.Array:
    return pa.array([value]).take(pa.array(np.zeros(count, np.int64)))


def _json(values: Iterable[object]) -> pa.Array:
    return pa.array([json.dumps(value, ensure_ascii=False) for value in values], pa.string())


def _whole(values: "pd.Series") -> list[int | None]:
    return [None if value != value else int(value) for value in values]


@dataclass(frozen=True)
class _Days:
    """The days of each enrolment on which anything was done: one learning session each."""

    enrolment: np.ndarray
    day: np.ndarray
    of_clicks: np.ndarray  # session of each row of clicks
    of_submissions: np.ndarray

    @classmethod
    def of(cls, files: Files) -> "_Days":
        days = np.concatenate([files.clicks["date"].to_numpy(), files.submissions["date_submitted"].to_numpy()])
        enrolment = np.concatenate([files.clicks["enrolment"].to_numpy(), files.submissions["enrolment"].to_numpy()])
        low, width = days.min(), np.ptp(days) + 1
        held, session = np.unique(enrolment * width + (days - low), return_inverse=True)
        clicks = len(files.clicks)
        return cls(held // width, held % width + low, session[:clicks], session[clicks:])


class Rows:
    """The rows of the tables, made from the files."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.days = _Days.of(files)
        courses, enrolments = files.courses, files.enrolments
        self.starts = courses["start"].to_numpy().astype("datetime64[us]").astype(np.int64) + NOON
        self.course_of = enrolments["presentation"].to_numpy()
        self.students, self.student_of = np.unique(enrolments["id_student"].to_numpy(), return_inverse=True)
        self.user_ids = keys("student", self.students)
        self.owner = keys("owner", ["courses"])
        self.course_ids = keys("presentation", courses["name"])
        self.site_ids = keys("site", files.sites["id_site"])
        self.chunk_ids = keys("chunk", files.sites["id_site"])
        self.assessment_ids = keys("assessment", files.assessments["id_assessment"])
        names = courses["name"].to_numpy()[self.course_of[self.days.enrolment]]
        self.session_ids = keys("session", names, enrolments["id_student"].to_numpy()[self.days.enrolment], self.days.day)
        registered = enrolments["date_registration"].to_numpy()
        self.registered = self.at(np.arange(len(enrolments)), np.nan_to_num(registered, nan=0.0))
        scores = files.submissions["score"].to_numpy()
        self.scored = ~np.isnan(scores)
        self.rows = (
            len(self.students) + 1 + len(courses) + 2 * len(files.sites) + len(files.assessments) + len(self.session_ids)
            + len(files.clicks) + len(files.submissions) + len(enrolments) + files.submissions["enrolment"][self.scored].nunique()
        )  # fmt: skip

    def at(self, enrolment: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Noon of a day counted from the beginning of the enrolment's presentation."""
        return self.starts[self.course_of[enrolment]] + day.astype(np.int64) * DAY

    def span(self) -> tuple[date, date]:
        """First and last day of anything that is partitioned by month."""
        times = np.concatenate([self.at(self.days.enrolment, self.days.day), self.registered])
        first, last = (datetime.fromtimestamp(int(us) / 1e6, UTC).date() for us in (times.min(), times.max()))
        return first, last

    def tables(self) -> Iterable[tuple[str, Columns]]:
        """Table and rows, each after those it refers to."""
        yield "users", self._users()
        yield "study_materials", self._materials()
        yield "content_chunks", self._chunks()
        yield "generated_assets", _together(self._sites(), self._assessments())
        yield "learning_sessions", self._sessions()
        yield "interactions", _together(self._clicks(), self._submissions())
        yield "progress_metrics", _together(self._enrolments(), self._scores())

    def kept(self) -> dict[str, int]:
        """Rows that break a rule, by what is wrong with them."""
        clicks = self.files.clicks[["id_student", "id_site", "date", "sum_click"]]
        counts = {name: int(broken.sum()) for name, broken in {**self._enrolment_flags(), "no_score": ~self.scored}.items()}
        counts["no_date"] = int(self.files.assessments["date"].isna().sum())
        return counts | {"equal_click_rows": int(clicks.duplicated().sum())}

    def _users(self) -> Columns:
        joined = np.full(len(self.students), np.iinfo(np.int64).max)
        np.minimum.at(joined, self.student_of, self.registered)
        created = np.append(joined, self.starts.min())
        return {
            "id": _ids(np.concatenate([self.user_ids, self.owner])),
            "email": pa.array([*(f"student-{n}@oulad.invalid" for n in self.students), "courses@oulad.invalid"]),
            "username": pa.array([*(f"oulad-{n}" for n in self.students), "oulad-courses"]),
            "password_hash": _same("!", len(created)),
            "preferences": _json([*({"id_student": int(n)} for n in self.students), {"role": "author"}]),
            "created_at": _times(created),
            "updated_at": _times(created),
        }

    def _materials(self) -> Columns:
        courses, count = self.files.courses, len(self.files.courses)
        parts = zip(courses["code_module"], courses["code_presentation"], courses["start"], courses["module_presentation_length"],
                    courses["totals"], strict=True)  # fmt: skip
        details = [
            {"module": module, "presentation": name, "start": f"{start:%Y-%m-%d}", "length_days": int(days), "daily_clicks": totals}
            for module, name, start, days, totals in parts
        ]
        return {
            "id": _ids(self.course_ids),
            "user_id": _ids(self.owner.repeat(count, axis=0)),
            "title": pa.array(courses["name"].str.replace("_", " ")),
            "source_type": _same("upload", count),
            "metadata": _json(details),
            "status": _same("ready", count),
            "created_at": _times(self.starts),
            "updated_at": _times(self.starts),
            "subject_area": pa.array(courses["code_module"]),
            "tags": pa.array([f'{{"{detail["module"]}","{detail["presentation"]}"}}' for detail in details]),
        }

    def _chunks(self) -> Columns:
        sites, course = self.files.sites, self.files.sites["presentation"].to_numpy()
        parts = zip(sites["id_site"], sites["activity_type"], _whole(sites["week_from"]), _whole(sites["week_to"]), strict=True)
        details = [{"id_site": int(n), "activity_type": kind, "week_from": low, "week_to": high} for n, kind, low, high in parts]
        return {
            "id": _ids(self.chunk_ids),
            "study_material_id": _ids(self.course_ids[course]),
            "chunk_order": pa.array((sites.groupby("presentation").cumcount() + 1).to_numpy()),
            "content": pa.array([f"{detail['activity_type']} {detail['id_site']}" for detail in details]),
            "chunk_type": pa.array(sites["activity_type"]),
            "metadata": _json(details),
            "created_at": _times(self.starts[course]),
            "updated_at": _times(self.starts[course]),
            "language": _same("en", len(sites)),
        }

    def _sites(self) -> Columns:
        sites = self.files.sites
        content = [{"title": f"{kind} {n}", "id_site": int(n)} for n, kind in zip(sites["id_site"], sites["activity_type"], strict=True)]
        return self._assets(self.site_ids, sites["presentation"].to_numpy(), self.chunk_ids, sites["activity_type"], content, [{}])

    def _assessments(self) -> Columns:
        rows = self.files.assessments
        parts = zip(rows["id_assessment"], rows["assessment_type"], _whole(rows["date"]), rows["weight"], strict=True)
        content = [
            {"title": f"{kind} {n}", "id_assessment": int(n), "assessment_type": kind, "day": day, "weight": weight}
            for n, kind, day, weight in parts
        ]
        flags = [{"flags": ["no_date"]} if item["day"] is None else {} for item in content]
        kinds = _same("assessment", len(rows)).to_pylist()
        return self._assets(self.assessment_ids, rows["presentation"].to_numpy(), None, kinds, content, flags)

    def _assets(
        self, ids: np.ndarray, course: np.ndarray, chunks: np.ndarray | None, kinds: Iterable[str], content: list[Any], flags: list[Any]
    ) -> Columns:
        return {
            "id": _ids(ids),
            "study_material_id": _ids(self.course_ids[course]),
            **({} if chunks is None else {"content_chunk_id": _ids(chunks)}),
            "asset_type": pa.array(kinds),
            "content": _json(content),
            "metadata": _json(flags if len(flags) == len(ids) else flags * len(ids)),
            "generation_model": _same(MADE_BY, len(ids)),
            "created_at": _times(self.starts[course]),
            "updated_at": _times(self.starts[course]),
        }

    def _sessions(self) -> Columns:
        days, count = self.days, len(self.session_ids)
        tested = np.zeros(count, bool)
        tested[days.of_submissions] = True
        done = np.bincount(np.concatenate([days.of_clicks, days.of_submissions]), minlength=count)
        return {
            "id": _ids(self.session_ids),
            "user_id": _ids(self.user_ids[self.student_of[days.enrolment]]),
            "study_material_id": _ids(self.course_ids[self.course_of[days.enrolment]]),
            "started_at": _times(self.at(days.enrolment, days.day)),
            "session_type": pa.array(np.where(tested, "quiz", "study")),
            "total_interactions": pa.array(done),
            "completion_percentage": pa.nulls(count, pa.float64()),
            "status": _same("completed", count),
        }

    def _interactions(self, ids: np.ndarray, assets: np.ndarray, session: np.ndarray, kind: str, data: pa.Array) -> Columns:
        enrolment = self.days.enrolment[session]
        return {
            "id": _ids(ids),
            "learning_session_id": _ids(self.session_ids[session]),
            "generated_asset_id": _ids(assets),
            "user_id": _ids(self.user_ids[self.student_of[enrolment]]),
            "interaction_type": _same(kind, len(ids)),
            "interaction_data": data,
            "created_at": _times(self.at(enrolment, self.days.day[session])),
        }

    def _clicks(self) -> Columns:
        clicks = self.files.clicks
        numbers, which = np.unique(clicks["sum_click"].to_numpy(), return_inverse=True)
        data = _json({"clicks": int(n)} for n in numbers).take(pa.array(which))
        ids, sites = keys("click", range(len(clicks))), self.site_ids[clicks["site"].to_numpy()]
        return self._interactions(ids, sites, self.days.of_clicks, "view", data)

    def _submissions(self) -> Columns:
        rows = self.files.submissions
        score, banked = rows["score"].to_numpy(), rows["is_banked"].to_numpy()
        ids = keys("submission", rows["id_assessment"], rows["id_student"])
        pairs, which = np.unique(np.stack([np.where(self.scored, score, -1), banked], axis=1), axis=0, return_inverse=True)
        data = _json(_answer(points, bool(carried)) for points, carried in pairs).take(pa.array(which.ravel()))
        made = self._interactions(ids, self.assessment_ids[rows["assessment"].to_numpy()], self.days.of_submissions, "answer", data)
        return made | {"is_correct": pa.array(score >= PASS_MARK, mask=~self.scored)}

    def _enrolment_flags(self) -> dict[str, np.ndarray]:
        rows = self.files.enrolments
        left, gone = (rows["final_result"] == "Withdrawn").to_numpy(), rows["date_unregistration"].notna().to_numpy()
        band = rows["imd_band"]
        return {
            "withdrawn_without_date": left & ~gone,
            "date_without_withdrawal": ~left & gone,
            "band_without_percent": (band.notna() & ~band.fillna("").str.endswith("%")).to_numpy(),
            "no_imd_band": band.isna().to_numpy(),
            "no_registration_date": rows["date_registration"].isna().to_numpy(),
        }

    def _enrolments(self) -> Columns:
        rows, flags = self.files.enrolments, self._enrolment_flags()
        ends = self.starts[self.course_of] + self.files.courses["module_presentation_length"].to_numpy()[self.course_of] * DAY
        details = _records(rows.drop(columns=["presentation", "date_registration", "date_unregistration"]))
        materials = [str(uuid.UUID(bytes=key.tobytes())) for key in self.course_ids]
        days = zip(_whole(rows["date_registration"]), _whole(rows["date_unregistration"]), self.course_of, ends, strict=True)
        for number, (detail, (registered, left, course, end)) in enumerate(zip(details, days, strict=True)):
            detail |= {"registered_day": registered, "unregistered_day": left, "study_material_id": materials[course]}
            if detail["final_result"] in PASSED:
                detail["completed_at"] = datetime.fromtimestamp(end / 1e6, UTC).isoformat()
            detail["flags"] = [name for name, broken in flags.items() if broken[number]]
        passed = rows["final_result"].isin(PASSED).to_numpy()
        return {
            "id": _ids(keys("enrolment", rows["code_module"], rows["code_presentation"], rows["id_student"])),
            "user_id": _ids(self.user_ids[self.student_of]),
            "metric_type": _same("enrolment", len(rows)),
            "metric_value": pa.array(passed.astype(float)),
            "metric_data": _json(details),
            "recorded_at": _times(self.registered),
            "subject_area": pa.array(rows["code_module"]),
        }

    def _scores(self) -> Columns:
        """The mean of each enrolment's scores, on the day of the last of them."""
        rows = self.files.submissions[self.scored]
        means = rows.groupby("enrolment").agg(score=("score", "mean"), scores=("score", "size"), day=("date_submitted", "max"))
        enrolment = means.index.to_numpy()
        whole = self.files.enrolments.iloc[enrolment]
        return {
            "id": _ids(keys("score", whole["code_module"], whole["code_presentation"], whole["id_student"])),
            "user_id": _ids(self.user_ids[self.student_of[enrolment]]),
            "metric_type": _same("score", len(means)),
            "metric_value": pa.array(means["score"].to_numpy()),
            "metric_data": _json({"scores": int(count)} for count in means["scores"]),
            "recorded_at": _times(self.at(enrolment, means["day"].to_numpy())),
            "subject_area": pa.array(whole["code_module"]),
            "aggregation_type": _same("mean", len(means)),
        }


def _together(first: Columns, second: Columns) -> Columns:
    """The rows of both; a column that only one of them has is NULL in the other."""
    whole = pa.concat_tables([pa.table(first), pa.table(second)], promote_options="permissive")
    return {name: whole[name].combine_chunks() for name in whole.column_names}


def _answer(points: float, carried: bool) -> dict[str, Any]:
    """Details of a submission; points below 0 stand for none."""
    found: dict[str, Any] = {"flags": ["no_score"]} if points < 0 else {"score": int(points), "score_ratio": points / 100}
    return found | ({"carried_over": True} if carried else {})


def _records(rows: "pd.DataFrame") -> list[dict[str, Any]]:
    values = [rows[name].astype(object).where(rows[name].notna(), None).tolist() for name in rows]
    return [dict(zip(rows.columns, row, strict=True)) for row in zip(*values, strict=True)]
