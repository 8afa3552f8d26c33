"""https: with certificate files, or with a certificate of our own for trials."""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ifaddr
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.settings import Settings

LIFETIME = timedelta(days=397)
"""Browsers refuse certificates for servers that are good for longer (CA/B Forum, 6.3.2)."""
RENEW_BEFORE = timedelta(days=30)


class CertificateError(Exception):
    """The certificate files cannot be used; the text says which and why."""


def certificate_files(settings: Settings) -> tuple[Path, Path] | None:
    """Certificate and key to serve https with, made if they must be; None for plain http.

    Raises:
        CertificateError: they cannot be written, read, or do not belong together.
    """
    if settings.tls == "auto":
        certificate, key = _own_certificate(settings.data_dir / "tls", local_names())
    elif settings.tls == "files" and settings.tls_certificate and settings.tls_key:
        certificate, key = settings.tls_certificate, settings.tls_key
    else:
        return None
    server_context(certificate, key)
    return certificate, key


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """What a listening socket needs for https.

    Raises:
        CertificateError: the files cannot be read, or do not belong together.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise CertificateError(
            f"Cannot serve https with {certificate} and {key}: {error.strerror or error}."
        ) from error
    return context


def local_names() -> frozenset[str]:
    """Names and addresses by which other machines of the network may call this one.

    Of IPv6 only the loopback: the others change by themselves, and a new certificate with them.
    """
    addresses = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4)
    return frozenset({"localhost", socket.gethostname(), "127.0.0.1", "::1", *map(str, addresses)})


def _own_certificate(directory: Path, names: frozenset[str]) -> tuple[Path, Path]:
    """Take the one made earlier, so that what browsers were told to trust stays, or make one."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    if not (key.exists() and certificate.exists() and _still_good(certificate, names)):
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(certificate, key, names)
        except OSError as error:
            raise CertificateError(f"Cannot write to {directory}: {error.strerror}.") from error
    return certificate, key


def _still_good(path: Path, names: frozenset[str]) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (ValueError, x509.ExtensionNotFound):
        return False
    covered = {str(name.value) for name in extension.value}
    return names <= covered and certificate.not_valid_after_utc > datetime.now(UTC) + RENEW_BEFORE


def _make(certificate: Path, key: Path, names: frozenset[str]) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Okno trial certificate")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(
            x509.SubjectAlternativeName([_general(name) for name in sorted(names)]), False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .sign(private, hashes.SHA256())
    )
    _write(
        key,
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    _write(certificate, made.public_bytes(serialization.Encoding.PEM))


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and never readable by others."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    fresh.replace(path)
