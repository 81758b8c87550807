"""Migrations: up, down, again, without drift from the models, whole or not at all."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from models import migrations
from models.database import Database
from models.errors import DatabaseError
from models.tables import Base, Case, Post
from tests.conftest import Builder
from tests.models import in_a_process

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{(tmp_path / 'fresh.db').as_posix()}")
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_up_down_and_up_again(fresh: Database) -> None:
    assert migrations.current(fresh) is None
    migrations.upgrade(fresh)
    assert tables(fresh) == set(Base.metadata.tables)
    assert migrations.current(fresh) == migrations.newest() is not None
    migrations.downgrade(fresh, "base")
    assert tables(fresh) == set()
    assert migrations.current(fresh) is None
    migrations.upgrade(fresh)
    assert tables(fresh) == set(Base.metadata.tables)


def test_the_models_and_the_migrations_say_the_same(fresh: Database) -> None:
    migrations.upgrade(fresh)
    with fresh.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_second_upgrade_changes_nothing_that_is_stored(build: Builder) -> None:
    post = build.offer(seller="Sari")
    migrations.upgrade(build.database)
    with build.database.reading() as session:
        assert session.scalars(select(Post.id)).all() == [post]


def test_tables_with_rows_can_be_taken_back(build: Builder) -> None:
    one, two = build.offer(seller="Sari", contacts=["+6281200000001"]), build.offer(seller="Budi")
    build.link()
    with build.database.writing() as session:  # a row that points to another of its own table
        session.get_one(Case, build.case_of(two)).merged_into_id = build.case_of(one)
    migrations.downgrade(build.database, "base")
    assert tables(build.database) == set()


def test_a_migration_that_fails_half_way_leaves_the_tables_as_they_were(
    fresh: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_table = op.create_table

    def create_until_post(name: str, *columns: object, **given: object) -> object:
        if name == "post":
            raise ZeroDivisionError
        return create_table(name, *columns, **given)

    with monkeypatch.context() as patched:
        patched.setattr(op, "create_table", create_until_post)
        with pytest.raises(ZeroDivisionError):
            migrations.upgrade(fresh)
    assert tables(fresh) == set()
    migrations.upgrade(fresh)
    assert tables(fresh) == set(Base.metadata.tables)


def test_two_processes_may_upgrade_at_once(fresh: Database) -> None:
    barrier = SPAWN.Barrier(2)
    url = fresh.url.render_as_string()
    processes = [SPAWN.Process(target=in_a_process.upgrade, args=(url, barrier)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [p.exitcode for p in processes] == [0, 0]
    assert tables(fresh) == set(Base.metadata.tables)


def test_check_wants_the_newest_revision(fresh: Database) -> None:
    with pytest.raises(DatabaseError, match="otterwatch db upgrade"):
        migrations.check(fresh)
    migrations.upgrade(fresh)
    migrations.check(fresh)
    with fresh.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match="another version"):
        migrations.check(fresh)


def test_there_is_one_line_of_migrations() -> None:
    script = command.ScriptDirectory.from_config(migrations.configuration())
    assert len(script.get_heads()) == 1
