# SPDX-License-Identifier: Apache-2.0
"""The command line against the real server: every movement of credits, by the
commands that an operator would type."""

import csv
import io
import json
import os
import pathlib
import subprocess
import tempfile

from tests.support.api import fresh_key
from tests.support.case import ServerCase
from tests.support.paths import PROGRAM

TIMEOUT_S = 60
NOT_AUTHORIZED = 4
REFUSED = 5


class CommandLine(ServerCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="farthing-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.organization = self.world.organization()["id"]
        self.grant = self.world.grant(self.organization, "10")["id"]
        self.errors = ""

    def run_cli(self, *arguments: str, code: int = 0, text: str = "") -> str:
        """The output of a run that must end with `code`; what it said is kept in `self.errors`."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "NO_PROXY": "127.0.0.1",
                       "FARTHING_URL": self.server.url, "FARTHING_API_KEY": self.server.admin_key}
        done = subprocess.run([PROGRAM, *arguments], text=True, input=text, capture_output=True,
                              check=False, timeout=TIMEOUT_S, env=environment)
        self.errors = done.stderr
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertNotIn(self.server.admin_key, done.stdout + done.stderr)
        return done.stdout

    def json(self, *arguments: str, **options):
        return json.loads(self.run_cli(*arguments, "--json", **options))

    def here(self) -> tuple[str, str]:
        return "--organization", self.organization

    def balance(self) -> tuple[str, str]:
        answer = self.json("organizations", "balance", self.organization)
        return answer["available"], answer["held"]

    def test_the_selftest_follows_a_server_that_books_what_falls_due_by_itself(self):
        key = self.folder / "admin.key"
        key.touch(mode=0o600)
        key.write_text(self.server.admin_key, encoding="utf-8")
        told = self.run_cli("selftest", "--base-url", self.server.url, "--api-key-file", str(key),
                            "--seed", "7", "--minutes", "0.1")
        self.assertIn("no deviation", told)

    def test_the_balance_of_before(self):
        self.run_cli("charges", "create", *self.here(), "--amount", "4")
        charge = self.json("charges", "list", *self.here())["charges"][0]
        self.assertEqual(self.balance(), ("6", "0"))
        before = self.json("organizations", "balance", self.organization, "--at",
                           "2000-01-01T00:00:00Z")
        self.assertEqual((before["available"], before["grants"]), ("0", []))
        then = self.json("organizations", "balance", self.organization, "--at",
                         charge["created_at"])
        self.assertEqual((then["available"], then["as_of"]), ("6", charge["created_at"]))

    def test_a_hold_from_its_place_to_its_capture(self):
        hold = self.json("holds", "create", *self.here(), "--amount", "5", "--ttl", "60",
                         "--operation", "video", "--metadata", '{"job": 7}')
        self.assertEqual((hold["state"], hold["balance"]), ("open", {"available": "5", "held": "5"}))
        self.assertEqual(self.balance(), ("5", "5"))
        extended = self.json("holds", "extend", hold["id"], "--ttl", "600")
        self.assertGreater(extended["expires_at"], hold["expires_at"])
        part = self.json("holds", "capture", hold["id"], "--amount", "1.5", "--part")
        self.assertEqual((part["state"], part["captured"]), ("open", "1.5"))
        last = self.json("holds", "capture", hold["id"], "--amount", "2")
        self.assertEqual((last["state"], last["captured"], last["released"]),
                         ("captured", "3.5", "1.5"))
        self.assertEqual(self.balance(), ("6.5", "0"))
        shown = self.json("holds", "show", hold["id"])
        self.assertEqual((shown["state"], shown["operation"]), ("captured", "video"))
        self.assertEqual([capture["charge"] for capture in shown["captures"]],
                         [part["charge"]["id"], last["charge"]["id"]])
        self.run_cli("holds", "release", hold["id"], code=REFUSED)
        self.assertIn("hold_captured", self.errors)

    def test_a_release_gives_back(self):
        hold = self.json("holds", "create", *self.here(), "--amount", "10")
        self.run_cli("charges", "create", *self.here(), "--amount", "1", code=REFUSED)
        for fact in ("required: 1", "available: 0", "held: 10"):
            self.assertIn(fact, self.errors)
        released = self.json("holds", "release", hold["id"])
        self.assertEqual((released["state"], released["released"]), ("released", "10"))
        self.assertEqual(self.balance(), ("10", "0"))

    def test_a_refund_goes_back_to_the_grant(self):
        charge = self.json("charges", "create", *self.here(), "--amount", "4")
        refund = self.json("charges", "refund", charge["id"], "--amount", "1.5",
                           "--idempotency-key", "complaint")
        self.assertEqual((refund["amount"], refund["ended"]), ("1.5", "0"))
        self.assertEqual(refund["grants"], [{"grant": self.grant, "amount": "1.5"}])
        again = self.json("charges", "refund", charge["id"], "--amount", "1.5",
                          "--idempotency-key", "complaint")
        self.assertEqual(again, refund)
        self.assertIn("first answer", self.errors)
        self.assertEqual(self.json("charges", "refund", charge["id"])["amount"], "2.5")
        self.run_cli("charges", "refund", charge["id"], code=REFUSED)
        self.assertIn("charge_fully_refunded", self.errors)
        shown = self.json("charges", "show", charge["id"])
        self.assertEqual((shown["refunded"], shown["refunds"][0]["id"]), ("4", refund["id"]))
        explained = self.json("charges", "explain", charge["id"])
        self.assertEqual([step["kind"] for step in explained["steps"]],
                         ["charge", "refund", "refund"])
        part, = explained["grants"]
        self.assertEqual((part["grant"], part["paid"], part["refunded"]), (self.grant, "4", "4"))

    def test_the_key_of_a_caller_is_verified_with_the_booking(self):
        caller = self.world.caller("10")
        file = self.folder / "caller.key"
        file.touch(0o600)
        file.write_text(caller.key + "\n", encoding="ascii")
        command = ("--amount", "1", "--caller-key-file", str(file))
        made = self.json("charges", "create", "--organization", caller.organization, *command)
        self.assertEqual(made["api_key"], caller.key_id)
        hold = self.json("holds", "create", "--organization", caller.organization, *command)
        self.assertEqual(hold["api_key"], caller.key_id)
        self.run_cli("charges", "create", *self.here(), *command, code=NOT_AUTHORIZED)
        self.assertIn("caller_key_invalid", self.errors)
        self.assertNotIn(caller.key[:12], self.errors)
        lines = json.dumps({"organization": caller.organization, "amount": "1",
                            "api_key": caller.key})
        result, = self.json("charges", "batch", "-", text=lines)["results"]
        self.assertEqual(result["charge"]["api_key"], caller.key_id)

    def test_an_organization_is_renamed(self):
        changed = self.json("organizations", "update", self.organization, "--name", "Engines")
        self.assertEqual((changed["name"], changed["overdraft_limit"]), ("Engines", "0"))
        self.assertEqual(self.json("organizations", "show", self.organization), changed)

    def test_a_void_and_an_overdraft(self):
        voided = self.json("grants", "void", self.grant)
        self.assertEqual(voided["voided"], "10")
        self.run_cli("grants", "void", self.grant, code=REFUSED)
        self.assertIn("grant_voided", self.errors)
        changed = self.json("organizations", "update", self.organization, "--overdraft-limit", "3")
        self.assertEqual(changed["overdraft_limit"], "3")
        self.run_cli("charges", "create", *self.here(), "--amount", "2.5")
        self.assertEqual(self.balance(), ("-2.5", "0"))
        self.run_cli("charges", "create", *self.here(), "--amount", "1", code=REFUSED)
        self.assertIn("overdraft_limit: 3", self.errors)

    def test_a_batch_is_made_once_however_often_it_is_run(self):
        other = self.world.organization()["id"]
        self.world.grant(other, "1")
        file = self.folder / "charges.csv"
        file.write_text("organization,amount,operation,metadata\n"
                        ',2,image,"{""job"":1}"\n'
                        f"{other},1,,\n"
                        f"{other},1,video,\n", encoding="utf-8")
        command = ("charges", "batch", str(file), *self.here(), "--idempotency-key", fresh_key())
        first = self.json(*command, code=REFUSED)["results"]
        self.assertEqual([result["status"] for result in first], [201, 201, 402])
        self.assertEqual(first[0]["charge"]["metadata"], {"job": 1})
        self.assertEqual(first[2]["error"]["name"], "insufficient_credits")
        self.world.grant(other, "1")
        second = self.json(*command)["results"]
        self.assertEqual([result["status"] for result in second], [201, 201, 201])
        self.assertEqual([result.get("replayed", False) for result in second], [True, True, False])
        self.assertEqual([result["charge"]["id"] for result in second[:2]],
                         [result["charge"]["id"] for result in first[:2]])
        lines = "".join(json.dumps({"organization": other, "amount": "1"}) + "\n" for _ in range(2))
        self.run_cli("charges", "batch", "-", text=lines, code=REFUSED)
        self.assertIn("2 of 2 charges", self.errors)

    def test_the_ledger_is_read_in_two_forms(self):
        for i in range(3):
            self.run_cli("charges", "create", *self.here(), "--amount", "1", "--operation",
                         "image" if i % 2 == 0 else "a,\"b\"")
        entries = self.json("entries", "list", *self.here(), "--all")["entries"]
        self.assertEqual([entry["seq"] for entry in entries], [1, 2, 3, 4])
        table = self.run_cli("entries", "list", *self.here(), "--all", "--csv")
        rows = list(csv.DictReader(io.StringIO(table, newline="")))
        for name in ("kind", "amount", "available", "ref", "hash"):
            self.assertEqual([row[name] for row in rows], [entry[name] for entry in entries])
        self.assertEqual([row["operation"] for row in rows], ["", "image", "a,\"b\"", "image"])
        filtered = self.run_cli("entries", "list", *self.here(), "--kind", "charge", "--operation",
                                "image", "--from", entries[2]["at"])
        self.assertEqual([line.split("\t")[0] for line in filtered.splitlines()], ["4"])
        page = self.run_cli("entries", "list", *self.here(), "--limit", "2", "--csv")
        self.assertEqual(len(page.splitlines()), 3)
        self.assertIn("--cursor", self.errors)

    def test_an_outcome_tells_what_became_of_a_request(self):
        key = fresh_key() + " a/b"
        self.run_cli("entries", "outcome", *self.here(), key, code=REFUSED)
        self.assertIn("not_found", self.errors)
        charge = self.json("charges", "create", *self.here(), "--amount", "1", "--idempotency-key",
                           key)
        outcome = self.json("entries", "outcome", *self.here(), key)
        self.assertEqual(outcome["idempotency_key"], key)
        self.assertEqual([entry["ref"] for entry in outcome["entries"]], [charge["id"]])
