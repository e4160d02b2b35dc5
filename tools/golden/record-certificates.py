"""Writes the certificates of packages/dataset-download/test/fixtures: of 127.0.0.1, self-signed: out of date, not yet valid, and valid.

usage: python tools/golden/record-certificates.py   (pip install cryptography==48.0.0)

Each file has its key with it. They protect nothing.
"""
import datetime
import ipaddress
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

OUT = pathlib.Path(__file__).parents[2] / "packages/dataset-download/test/fixtures"


def record(name, start, end):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"mammokit test, {name}")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), start, end)
    builder = builder.add_extension(names, False).add_extension(x509.BasicConstraints(True, None), True)
    certificate = builder.sign(key, hashes.SHA256())
    (OUT / f"{name}.pem").write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


record("certificate-expired", datetime.datetime(2001, 1, 1), datetime.datetime(2002, 1, 1))
record("certificate-not-yet-valid", datetime.datetime(2120, 1, 1), datetime.datetime(2121, 1, 1))
record("certificate-unknown", datetime.datetime(2001, 1, 1), datetime.datetime(2120, 1, 1))
