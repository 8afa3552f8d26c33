"""https by files and by a certificate made for trials."""

from __future__ import annotations

import ssl
import stat
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from cryptography import x509

from server import tls
from server.settings import Settings
from server.tls import CertificateError, certificate_files, local_names, server_context


def auto(directory: Path) -> Settings:
    return Settings(data_dir=directory, tls="auto")


def names_in(certificate: Path) -> set[str]:
    made = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in names}


def test_plain_http_needs_no_files(tmp_path: Path) -> None:
    assert certificate_files(Settings(data_dir=tmp_path)) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_browser_that_trusts_it_gets_https(tmp_path: Path, host: str) -> None:
    files = certificate_files(auto(tmp_path))
    assert files is not None

    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context(*files))
        await site.start()
        port = runner.addresses[0][1]
        trusting = ssl.create_default_context(cafile=str(files[0]))
        async with (
            ClientSession() as client,
            client.get(f"https://{host}:{port}/", ssl=trusting) as answer,
        ):
            assert await answer.text() == "hello"
    finally:
        await runner.cleanup()


def test_it_names_this_machine_and_its_key_is_private(tmp_path: Path) -> None:
    files = certificate_files(auto(tmp_path))
    assert files is not None
    assert names_in(files[0]) == local_names()
    assert {"localhost", "127.0.0.1", "::1"} <= names_in(files[0])
    assert stat.S_IMODE(files[1].stat().st_mode) == 0o600


def test_the_one_made_earlier_is_kept(tmp_path: Path) -> None:
    first = certificate_files(auto(tmp_path))
    assert first is not None
    before = first[0].read_bytes()
    certificate_files(auto(tmp_path))
    assert first[0].read_bytes() == before


def test_a_new_address_of_the_machine_makes_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate_files(auto(tmp_path))
    more = local_names() | {"192.0.2.7"}
    monkeypatch.setattr(tls, "local_names", lambda: more)
    files = certificate_files(auto(tmp_path))
    assert files is not None
    assert names_in(files[0]) == more


def test_one_about_to_run_out_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificate_files(auto(tmp_path))
    assert files is not None
    before = files[0].read_bytes()
    monkeypatch.setattr(tls, "RENEW_BEFORE", tls.LIFETIME)
    certificate_files(auto(tmp_path))
    assert files[0].read_bytes() != before


def test_files_that_are_no_certificate_are_a_clear_error(tmp_path: Path) -> None:
    bad = tmp_path / "bad.pem"
    bad.write_text("garbage")
    settings = Settings(data_dir=tmp_path, tls="files", tls_certificate=bad, tls_key=bad)
    with pytest.raises(CertificateError, match=r"Cannot serve https with .*bad\.pem"):
        certificate_files(settings)


def test_a_directory_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CertificateError, match="Cannot write to"):
        certificate_files(auto(tmp_path / "file"))
