#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What setup.sh does to a machine whose apt-get, dpkg-query and sudo are made for the test: nothing here
touches the packages of the real one."""

import os
import pathlib
import subprocess
import tempfile
import unittest

SETUP = pathlib.Path(__file__).resolve().parent / "setup.sh"
# Of NAME|NAME, those of Debian 12.
PACKAGES = [line.split()[1].split("|")[0] for line in SETUP.with_name("packages.txt").read_text().splitlines()
            if line[:1].isalpha()]

# Tells each of its calls. A simulated installation prints the file `simulation`; one that would remove a
# package fails where that is forbidden, as the real one does.
APT_GET = """#!/bin/sh
echo "$*" >>"$FAKES/calls"
case " $* " in
  *" --simulate "*) cat "$FAKES/simulation" ;;
  *" install "*)
    if grep -q '^Remv ' "$FAKES/simulation"; then
      case " $* " in *" --no-remove "*) echo 'E: remove is disabled'; exit 100 ;; esac
    fi ;;
esac
exit "$(cat "$FAKES/exit-code")"
"""
# As the real one, it is silent and content about a package that others only mention.
APT_CACHE = """#!/bin/sh
for package; do :; done
if grep -qx "$package" "$FAKES/known"; then echo "Package: $package"; fi
"""
DPKG_QUERY = """#!/bin/sh
for package; do :; done
if grep -qx "$package" "$FAKES/installed"; then echo installed; else exit 1; fi
"""
SUDO = """#!/bin/sh
exec "$@"
"""


class Setup(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-setup-")
        self.addCleanup(folder.cleanup)
        self.fakes = pathlib.Path(folder.name)
        for name, text in (("apt-get", APT_GET), ("apt-cache", APT_CACHE), ("dpkg-query", DPKG_QUERY),
                           ("sudo", SUDO)):
            (self.fakes / name).write_text(text)
            (self.fakes / name).chmod(0o755)
        self.write("simulation", "")
        self.write("exit-code", "0")
        self.write("known", "\n".join(PACKAGES))
        self.installed_but()

    def write(self, name: str, text: str) -> None:
        (self.fakes / name).write_text(text + "\n")

    def installed_but(self, *missing: str) -> None:
        self.write("installed", "\n".join(name for name in PACKAGES if name not in missing))

    def run_setup(self, *groups: str) -> subprocess.CompletedProcess:
        path = f"{self.fakes}:{os.environ['PATH']}"
        return subprocess.run([SETUP, *groups], env=os.environ | {"PATH": path, "FAKES": self.fakes},
                              capture_output=True, text=True, check=False, timeout=60)

    def calls(self) -> list[str]:
        file = self.fakes / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def test_nothing_is_done_when_nothing_is_missing(self):
        done = self.run_setup("run", "build", "postgres", "unit", "test")
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        self.assertEqual(self.calls(), [])

    def test_what_is_missing_is_installed_and_removes_nothing(self):
        self.installed_but("cmake", "librocksdb-dev", "shellcheck")
        done = self.run_setup("run", "build")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("setup: installing cmake librocksdb-dev\n", done.stderr)
        installs = [call for call in self.calls() if " install " in call]
        self.assertEqual(len(installs), 2)
        for call in installs:
            self.assertTrue(call.endswith(" cmake librocksdb-dev"), call)
            self.assertIn("--no-install-recommends", call)
        self.assertIn("--simulate", installs[0])
        self.assertIn("--no-remove", installs[1])
        self.assertNotIn("--simulate", installs[1])

    def test_of_several_names_the_one_that_apt_has_is_installed(self):
        self.installed_but("libboost1.81-dev", "clang-format-16")
        for known in ("libboost1.81-dev", "libboost1.83-dev"):
            self.write("known", known)
            self.assertIn(f"setup: installing {known}\n", self.run_setup("build").stderr)
        self.write("known", "")
        self.assertIn("setup: installing clang-format-16\n", self.run_setup("test").stderr)

    def test_of_several_names_one_that_is_installed_is_enough(self):
        self.write("installed", "\n".join([*PACKAGES, "libboost1.83-dev", "postgresql-17"])
                   .replace("libboost1.81-dev", "").replace("postgresql-15", ""))
        done = self.run_setup("build", "postgres")
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_a_program_from_elsewhere_is_enough_where_it_may_be(self):
        self.installed_but("golang-go", "php-cli")
        (self.fakes / "go").write_text("#!/bin/sh\n")
        (self.fakes / "go").chmod(0o755)
        (self.fakes / "php").write_text("#!/bin/sh\n")
        (self.fakes / "php").chmod(0o755)
        self.assertIn("setup: installing php-cli\n", self.run_setup("clients").stderr)

    def test_what_is_in_the_way_is_named_and_left(self):
        self.installed_but("libboost1.81-dev")
        self.write("simulation", "Remv libboost-dev [1.74.0.3]\nRemv libboost1.74-dev [1.74.0+ds1-21]\n"
                                 "Inst libboost1.81-dev (1.81.0-5 Debian:12 [amd64])")
        done = self.run_setup("build")
        self.assertEqual(done.returncode, 1)
        self.assertIn("apt would remove libboost-dev libboost1.74-dev, which", done.stderr)
        self.assertIn("apt-get remove libboost-dev libboost1.74-dev\n", done.stderr)
        self.assertEqual([call for call in self.calls() if " install " in call and "--simulate" not in call],
                         [])

    def test_a_failure_of_apt_is_told(self):
        self.installed_but("cmake")
        self.write("exit-code", "100")
        done = self.run_setup("build")
        self.assertEqual(done.returncode, 1)
        self.assertIn("'apt-get update' did not succeed", done.stderr)

    def test_services_that_will_start_with_the_machine_are_named(self):
        self.installed_but("nginx-light", "postgresql-15")
        done = self.run_setup("postgres")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("systemctl disable postgresql\n", done.stderr)
        self.assertNotIn("nginx", done.stderr)
        self.assertIn("systemctl disable nginx\n", self.run_setup("test").stderr)

    def test_unit_tests_need_none_of_what_other_tests_ask(self):
        self.installed_but("r-base-core", "postgresql-15", "nginx-light", "nodejs", "clang-tidy-16")
        done = self.run_setup("build", "unit")
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        self.installed_but("libgtest-dev")
        self.assertIn("setup: installing libgtest-dev\n", self.run_setup("build", "unit").stderr)

    def test_a_package_of_several_groups_is_installed_once(self):
        self.installed_but("nginx-light")
        done = self.run_setup("test", "bench")
        self.assertIn("setup: installing nginx-light\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
