"""The pages while an engine under them is away."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from server.archive.database import DATABASE
from signaling.errors import Code
from tests.engines import redis_process
from tests.waiting import until
from tests.web.stage import PASSWORD, staged


async def test_without_redis_people_are_told_and_nothing_breaks(tmp_path: Path) -> None:
    with redis_process() as redis:
        async with staged(redis.url, tmp_path) as stage:
            supervisor = await stage.staff("supervisor")
            redis.kill()
            page = await supervisor.get("/desk")
            assert (page.status, page.content_type) == (503, "text/html")
            assert int(page.headers["Retry-After"]) > 0
            assert "Nothing is lost" in await page.text()
            form = {"email": supervisor.email, "password": PASSWORD}
            refused = await supervisor.post("/sign-in", form, html=False)
            assert (refused.status, (await refused.json())["code"]) == (503, Code.UNAVAILABLE)
            visitor = await stage.visitor()
            assert (await visitor.get("/")).status == 200
            assert (await (await stage.booth()).get("/booth/ru")).status == 200
            redis.start()

            async def back() -> bool:
                return (await supervisor.get("/desk")).status == 200

            await until(back)


async def test_without_sql_people_are_told_and_signed_in_they_stay(
    redis_url: str, tmp_path: Path
) -> None:
    async with staged(redis_url, tmp_path) as stage:
        supervisor = await stage.staff("supervisor")
        async with stage.app[DATABASE].write() as connection:
            await connection.execute(text("ALTER TABLE staff RENAME TO away"))
        assert (await supervisor.get("/desk")).status == 503
        for path in ("/desk/log.csv", "/desk/wall"):
            answer = await supervisor.get(path, html=False)
            assert (answer.status, (await answer.json())["code"]) == (503, Code.UNAVAILABLE)
        async with stage.app[DATABASE].write() as connection:
            await connection.execute(text("ALTER TABLE away RENAME TO staff"))
        assert (await supervisor.get("/desk")).status == 200
