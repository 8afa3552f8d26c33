"""Home, signing in and out, preferences."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from signaling.errors import Code
from tests.web.stage import PASSWORD, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_home_leads_to_the_three_surfaces(stage: Stage) -> None:
    html = await (await (await stage.visitor()).get("/")).text()
    for href in ("/booth", "/workspace", "/desk"):
        assert f'href="{href}"' in html


@pytest.mark.parametrize(
    ("name", "start"),
    [("consultant", "/workspace"), ("supervisor", "/desk"), ("administrator", "/desk")],
)
async def test_whoever_signs_in_comes_to_their_own_page(
    stage: Stage, name: str, start: str
) -> None:
    person = await stage.signed_out(name)
    answer = await person.sign_in()
    assert (answer.status, answer.headers["Location"]) == (303, start)
    assert (await person.get(start)).status == 200
    again = await person.get("/sign-in")
    assert (again.status, again.headers["Location"]) == (303, start)


async def test_whoever_was_asked_to_sign_in_comes_back_to_where_they_were_going(
    stage: Stage,
) -> None:
    person = await stage.signed_out("supervisor")
    asked = await person.get("/desk/log?outcome=served&topic=")
    assert asked.status == 303
    form = await (await person.get(asked.headers["Location"])).text()
    target = re.search(r'name="next" value="([^"]*)"', form.split("<main")[1])
    assert target is not None
    answer = await person.post(
        "/sign-in",
        {
            "email": person.email,
            "password": PASSWORD,
            "next": target[1].replace("&amp;", "&"),
        },
    )
    assert answer.headers["Location"] == "/desk/log?outcome=served&topic="


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_signing_in_never_leads_to_another_site(stage: Stage, target: str) -> None:
    person = await stage.signed_out("supervisor")
    form = await (await person.get(f"/sign-in?next={quote(target)}")).text()
    assert "evil.example" not in form.split("<main")[1]
    answer = await person.post(
        "/sign-in", {"email": person.email, "password": PASSWORD, "next": target}
    )
    assert answer.headers["Location"] == "/desk"


async def test_a_wrong_password_keeps_what_was_typed_but_the_password(stage: Stage) -> None:
    person = await stage.signed_out("consultant")
    answer = await person.post(
        "/sign-in", {"email": person.email, "password": "hunter2", "next": "/workspace?x=1"}
    )
    assert answer.status == 401
    html = await answer.text()
    assert f'value="{person.email}"' in html
    assert 'value="/workspace?x=1"' in html
    assert "hunter2" not in html
    assert 'role="alert"' in html


async def test_programs_get_the_code_of_the_refusal(stage: Stage) -> None:
    person = await stage.visitor()
    answer = await person.post("/sign-in", {"email": "a@b.example", "password": "x"}, html=False)
    assert (answer.status, (await answer.json())["code"]) == (401, Code.WRONG_CREDENTIALS)


async def test_after_wrong_attempts_the_form_says_how_long_to_wait(stage: Stage) -> None:
    person = await stage.visitor()
    form = {"email": "nobody@example.org", "password": "x"}
    for _ in range(3):
        assert (await person.post("/sign-in", form)).status == 401
    answer = await person.post("/sign-in", form)
    assert answer.status == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert "You can try again in" in await answer.text()
    program = await person.post("/sign-in", form, html=False)
    assert (await program.json())["retry_after"] > 0


async def test_signing_out_ends_the_session(stage: Stage) -> None:
    person = await stage.staff("supervisor")
    answer = await person.post("/sign-out")
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")
    assert (await person.get("/desk")).status == 303
    assert (await person.post("/sign-out")).status == 303


async def test_preferences_are_kept_and_shape_the_next_page(stage: Stage) -> None:
    person = await stage.visitor()
    answer = await person.post(
        "/preferences", {"theme": "dark", "scale": "150", "language": "ru", "next": "/?a=b"}
    )
    assert (answer.status, answer.headers["Location"]) == (303, "/?a=b")
    html = await (await person.get("/")).text()
    assert '<html lang="ru"' in html
    assert 'data-theme="dark"' in html
    assert 'data-scale="150"' in html


async def test_a_preference_that_is_not_sent_stays_as_it_is(stage: Stage) -> None:
    person = await stage.visitor()
    await person.post("/preferences", {"theme": "contrast"})
    answer = await person.post("/preferences", {"scale": "200"}, html=False)
    assert answer.status == 204
    html = await (await person.get("/")).text()
    assert 'data-theme="contrast"' in html
    assert 'data-scale="200"' in html


@pytest.mark.parametrize(
    ("field", "value"),
    [("theme", "pink"), ("scale", "99"), ("language", "tlh"), ("theme", "x" * 2000)],
)
async def test_preferences_nobody_offers_are_refused(stage: Stage, field: str, value: str) -> None:
    answer = await (await stage.visitor()).post("/preferences", {field: value}, html=False)
    body = await answer.json()
    assert (answer.status, body["code"], body["field"]) == (400, Code.BAD_FIELD, field)


async def test_cookies_that_are_garbage_do_no_harm(stage: Stage) -> None:
    person = await stage.visitor()
    cookies = "okno_theme=pink; okno_scale=\xff; okno_language=../..; okno_session=\xff; =;;"
    answer = await person.session.get("/", headers={"Cookie": cookies})
    assert answer.status == 200
    assert 'data-theme="auto"' in await answer.text()
