# SPDX-License-Identifier: Apache-2.0
"""Certificates made for a test, by openssl."""

import pathlib
import subprocess

TIMEOUT_S = 60


class Certificates:
    """A CA and what it signs, made for the test in `folder`."""

    def __init__(self, folder: pathlib.Path):
        self._folder = folder
        self.ca = self._make_ca("ca")
        self.other_ca = self._make_ca("other-ca")

    def server(self, name: str, alternative_name: str, days: int = 1) -> pathlib.Path:
        """The file with key and certificate of a server; with negative `days` it has expired."""
        key, request, extensions = (self._folder / f"{name}.{end}" for end in ("key", "csr", "ext"))
        self._openssl("req", "-new", *self._fresh_key(key), "-out", request, "-subj", f"/CN={name}")
        extensions.write_text(f"subjectAltName={alternative_name}\n", encoding="ascii")
        signed = self._openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey",
                               self.ca.with_suffix(".key"), "-CAcreateserial", "-days", days,
                               "-extfile", extensions)
        whole = self._folder / f"{name}.pem"
        whole.touch(0o600)
        whole.write_bytes(key.read_bytes() + signed)
        return whole

    def _make_ca(self, name: str) -> pathlib.Path:
        file = self._folder / f"{name}.pem"
        self._openssl("req", "-x509", *self._fresh_key(file.with_suffix(".key")), "-out", file,
                      "-days", 1, "-subj", f"/CN={name}")
        return file

    @staticmethod
    def _fresh_key(file: pathlib.Path) -> tuple:
        return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file)

    @staticmethod
    def _openssl(*arguments) -> bytes:
        return subprocess.run(["openssl", *map(str, arguments)], check=True, timeout=TIMEOUT_S,
                              capture_output=True).stdout
