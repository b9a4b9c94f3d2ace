"""As many buying groups as accounts (spec 6.1): twenty solution interests, their templates, stages, members, scores.

All of it by set-based SQL, as a job would have left it; what a row holds follows from its number.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from accounts.models import AccountList, Audience
from accounts.sql import Sql, run, sql
from buying_groups.models import (
    BuyingGroup,
    CreationJob,
    JobRun,
    Role,
    RoleTemplate,
    SolutionInterest,
    Stage,
    StageModel,
    StageMove,
    TemplateRole,
    WeightingModel,
)
from tests.benchmarks.pages_draws import draw, pick
from tests.benchmarks.pages_journey import NOW

# How many of a thousand accounts have a group for each interest: the sum is a thousand.
SHARES = {
    "CRM": 300, "Analytics platform": 180, "Cloud backup": 120, "Endpoint security": 90, "Payroll": 70, "Data warehouse": 50,
    "Field service": 40, "E-procurement": 30, "Contact centre": 25, "Marketing automation": 20, "Identity": 15, "Networking": 12,
    "Video meetings": 10, "Print services": 8, "Fleet": 7, "Translation": 6, "Energy": 5, "Archive": 5, "Consulting": 4, "Training": 3,
}  # fmt: skip
# Roles of each template, the first with the highest priority, and how many members they need.
TEMPLATES = (
    (("Decision Maker", 1), ("Influencer", 1), ("Practitioner", 1), ("Champion", 1)),
    (
        ("Decision Maker", 2),
        ("Executive Steering Committee", 1),
        ("Influencer", 1),
        ("Practitioner", 1),
        ("Other", 1),
    ),
    (
        ("Executive Steering Committee", 1),
        ("Decision Maker", 1),
        ("Champion", 1),
        ("Finance", 1),
        ("Legal", 1),
    ),
    (("Decision Maker", 1), ("Practitioner", 3), ("Security", 1), ("Auditor", 1)),
)
OWN_ROLES = ("Finance", "Legal", "Security", "Auditor")
STAGES = ("Awareness", "Interest", "Consideration", "Intent", "Purchase", "Rejection")
STATUSES = (
    "Waiting for the budget",
    "Meeting planned",
    "Tender",
    "On hold",
    "Champion found",
    "Needs a call",
    "Legal review",
)
# Members of the first group, days with scores of it, changes of it that were ignored.
MEMBERS, DAYS, IGNORED, RUNS = 1_000, 500, 1_000, 2_000


@transaction.atomic
def make() -> None:
    """Everything of buying groups, for the accounts and people that there are (three people each)."""
    run(Sql("SET LOCAL synchronous_commit = off"))
    run(Sql("SET LOCAL work_mem = '256MB'"))
    run(Sql("SET LOCAL session_replication_role = replica"))
    _furnish()
    known = {"now": NOW}
    for number, (interest, share) in enumerate(
        zip(SolutionInterest.objects.order_by("pk"), SHARES.values(), strict=True)
    ):
        run(sql(
            GROUPS, **known, interest=interest.pk, here=draw(200 + number, 1_000), share=share, stages=_ids(Stage), at=draw(51, 8),
            status=pick(STATUSES, 52), has_status=draw(53, 2), hours=draw(54, 26_000), seconds=draw(55, 3_600),
            engagement=draw(56, 100_000), unscored=draw(57, 12),
        ))  # fmt: skip
    run(sql(MEMBERSHIPS, **known, luck=Sql("(hashint8extended(held.id * 7 + person.n, 61) & 1023)::int")))
    run(sql(FIRST_GROUP, **known, count=MEMBERS))
    run(Sql("ANALYZE buying_groups_buyinggroup, buying_groups_groupmember"))
    run(Sql(COMPLETENESS))
    for statement in (SCORES, SCORES_OF_FIRST, IGNORED_CHANGES, EVENTS):
        run(sql(statement, **known, days=DAYS, ignored=IGNORED))
    _runs()


def is_there() -> bool:
    """Whether the world has them already."""
    return BuyingGroup.objects.exists()


def first() -> BuyingGroup:
    """The group with a thousand members."""
    return BuyingGroup.objects.order_by("pk")[0]


def _furnish() -> None:
    """Roles, templates, the stage model, interests, jobs; forty templates that nobody uses, weighting models."""
    who = User.objects.order_by("pk")[0]
    said = {"created_at": NOW, "updated_at": NOW, "created_by": who}
    Role.objects.bulk_create(
        Role(name=name, position=7 + number, **said) for number, name in enumerate(OWN_ROLES)
    )
    roles = {role.name: role for role in Role.objects.all()}
    live = {"status": "live", "published_at": NOW, "published_by": who, **said}
    templates = [RoleTemplate.objects.create(name=f"Template {n}", **live) for n in range(len(TEMPLATES))]
    TemplateRole.objects.bulk_create(
        TemplateRole(template=template, role=roles[name], priority=n, members_needed=needed)
        for template, wanted in zip(templates, TEMPLATES, strict=True) for n, (name, needed) in enumerate(wanted, 1)
    )  # fmt: skip
    RoleTemplate.objects.bulk_create(
        RoleTemplate(name=f"Draft {n}", status="draft", **said) for n in range(1_000)
    )
    model = StageModel.objects.create(name="Buying stages", **live)
    outcomes = {"Purchase": "success", "Rejection": "failure"}
    stages = [
        Stage.objects.create(model=model, name=name, position=n, is_entry=n < 2, outcome=outcomes.get(name, ""))
        for n, name in enumerate(STAGES)
    ]  # fmt: skip
    StageMove.objects.bulk_create(
        StageMove(from_stage=one, to_stage=two) for one, two in pairwise(stages[:5])
    )
    interests = SolutionInterest.objects.bulk_create(
        SolutionInterest(name=name, template=templates[n % len(templates)], stage_model=model, updates_groups=n % 2 == 0, **said)
        for n, name in enumerate(SHARES)
    )  # fmt: skip
    sources: list[dict[str, Any]] = [{"audience": found} for found in Audience.objects.order_by("pk")[:3]]
    sources += [{"account_list": found} for found in AccountList.objects.order_by("pk")[:3]]
    CreationJob.objects.bulk_create(
        CreationJob(solution_interest=interest, created_at=NOW, created_by=who, **source)
        for interest in interests
        for source in sources
    )
    WeightingModel.objects.bulk_create(
        WeightingModel(name=f"Weights {n}", status="draft", **said) for n in range(1_000)
    )


def _runs() -> None:
    jobs = list(CreationJob.objects.order_by("pk").values_list("pk", flat=True))
    JobRun.objects.bulk_create(
        JobRun(
            kind="creation", job_id=jobs[n % len(jobs)], status="done", total=50_000, done=50_000, created_groups=50, added=150,
            queued_at=NOW - timedelta(hours=RUNS - n), started_at=NOW, finished_at=NOW,
        )
        for n in range(RUNS)
    )  # fmt: skip


def _ids(model: type[Stage]) -> list[int]:
    return list(model.objects.order_by("position").values_list("pk", flat=True))


# One in four has no stage; updated at any hour of three years.
GROUPS = """
    INSERT INTO buying_groups_buyinggroup (account_id, solution_interest_id, stage_id, status, engagement, created_at, updated_at)
    SELECT n, {interest}, ({stages}::bigint[])[1 + {at}], CASE {has_status} WHEN 0 THEN {status} ELSE '' END,
        CASE WHEN {unscored} > 0 THEN {engagement} / 1000.0 END,
        {now}::timestamptz - interval '3 years', {now}::timestamptz - {hours} * interval '1 hour' - {seconds} * interval '1 second'
    FROM (SELECT id AS n FROM accounts_account) AS account WHERE {here} < {share} ORDER BY n
"""
# Nineteen of twenty are in it; of those one in thirty was removed. Seldom is there somebody of the last role.
MEMBERSHIPS = """
    INSERT INTO buying_groups_groupmember (group_id, person_id, role_id, source, is_removed, changed_at)
    SELECT held.id, person.id, template.roles[CASE WHEN person.luck %% 250 = 0 THEN array_length(template.roles, 1)
            ELSE 1 + (person.luck / 8) %% (array_length(template.roles, 1) - 1) END],
        CASE person.luck %% 40 WHEN 3 THEN 3 WHEN 4 THEN 2 ELSE 1 END, person.luck %% 30 = 7, held.updated_at
    FROM buying_groups_buyinggroup AS held
    JOIN (SELECT interest.id, array_agg(role.role_id ORDER BY role.priority) AS roles FROM buying_groups_solutioninterest AS interest
        JOIN buying_groups_templaterole AS role ON role.template_id = interest.template_id GROUP BY interest.id) AS template
        ON template.id = held.solution_interest_id
    CROSS JOIN (SELECT min(id) AS account, (SELECT min(id) FROM accounts_person) AS person FROM accounts_account) AS world
    CROSS JOIN LATERAL (SELECT (held.account_id - world.account) * 3 + world.person + n AS id, n, {luck} AS luck
        FROM generate_series(0, 2) AS person (n)) AS person
    WHERE person.luck %% 20 <> 5 ORDER BY held.id, person.id
"""
FIRST_GROUP = """
    INSERT INTO buying_groups_groupmember (group_id, person_id, role_id, source, is_removed, changed_at)
    SELECT (SELECT min(id) FROM buying_groups_buyinggroup), person.id, (SELECT min(id) FROM buying_groups_role) + person.id %% 3, 1,
        person.id %% 20 = 0, {now} FROM (SELECT id FROM accounts_person ORDER BY id LIMIT {count}) AS person ON CONFLICT DO NOTHING
"""
# What the jobs would have computed; nobody has come to one in thirty yet.
COMPLETENESS = """
    UPDATE buying_groups_buyinggroup AS held SET completeness = computed.percent, lacking = computed.lacking FROM (
        SELECT own.id, bit_or(CASE WHEN COALESCE(filled.members, 0) < role.members_needed THEN 1 << (named.position - 1) ELSE 0 END)
            AS lacking, sum(100.0 * least(role.members_needed, COALESCE(filled.members, 0)) / role.members_needed) / count(*) AS percent
        FROM buying_groups_buyinggroup AS own
        JOIN buying_groups_solutioninterest AS interest ON interest.id = own.solution_interest_id
        JOIN buying_groups_templaterole AS role ON role.template_id = interest.template_id
        JOIN buying_groups_role AS named ON named.id = role.role_id
        LEFT JOIN (SELECT group_id, role_id, count(*) AS members FROM buying_groups_groupmember WHERE NOT is_removed GROUP BY 1, 2)
            AS filled ON filled.group_id = own.id AND filled.role_id = role.role_id
        GROUP BY own.id
    ) AS computed WHERE held.id = computed.id AND held.id %% 30 > 0
"""
SCORES = """
    INSERT INTO buying_groups_groupscore (group_id, day, completeness, engagement)
    SELECT id, updated_at::date, completeness, engagement FROM buying_groups_buyinggroup
"""
SCORES_OF_FIRST = """
    INSERT INTO buying_groups_groupscore (group_id, day, completeness, engagement)
    SELECT (SELECT min(id) FROM buying_groups_buyinggroup), {now}::date - n, n %% 100, n * 7 %% 100 FROM generate_series(1, {days}) AS n
    ON CONFLICT DO NOTHING
"""
IGNORED_CHANGES = """
    INSERT INTO buying_groups_ignoredchange (group_id, person_id, source, role_id, is_removal, reason, against, at)
    SELECT member.group_id, member.person_id, 1, member.role_id, false, 1, member.changed_at, {now}::timestamptz - interval '1 day'
    FROM buying_groups_groupmember AS member WHERE member.source = 3 AND member.person_id %% 3 = 0
    UNION ALL SELECT (SELECT min(id) FROM buying_groups_buyinggroup), person.id, 1, NULL, true, 1, {now}, {now}
    FROM (SELECT id FROM accounts_person ORDER BY id LIMIT {ignored}) AS person ON CONFLICT DO NOTHING
"""
# Of the first group, in the timeline of an account that has ten thousand others.
EVENTS = """
    INSERT INTO accounts_event (type_id, account_id, person_id, occurred_at, received_at, source, payload)
    SELECT 20, held.account_id, member.person_id, member.at, member.at, 5, jsonb_build_object('group', held.id,
        'solution_interest', held.solution_interest_id, 'name', 'CRM', 'role', 'Influencer', 'role_id', member.role_id)
    FROM (SELECT * FROM buying_groups_buyinggroup ORDER BY id LIMIT 1) AS held
    JOIN (SELECT *, changed_at - person_id * interval '1 hour' AS at FROM buying_groups_groupmember) AS member ON member.group_id = held.id
"""
