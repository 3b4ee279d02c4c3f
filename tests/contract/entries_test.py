# SPDX-License-Identifier: Apache-2.0
"""The ledger entry by entry: that it is whole, that filters choose among it, and that CSV says what JSON does."""

import csv
import io
import json
import urllib.parse

from tests.support.case import ServerCase

COLUMNS = ["seq", "kind", "amount", "available", "held", "at", "ref", "key", "caller_key",
           "operation", "model", "price_paid", "currency", "payment_reference", "tags", "reason", "metadata",
           "grants", "hash"]


class Entries(ServerCase):
    settings = ('tag_names = ["team", "project"]',)

    def setUp(self):
        self.organization = self.world.organization()["id"]
        self.path = f"/v1/organizations/{self.organization}/entries"
        self.grant = self.world.grant(self.organization, "10", metadata={"order": 1}, reason="bought",
                                      price_paid={"amount": "4.5", "currency": "EUR"},
                                      payment_reference="in_7", tags={"team": "red", "project": "é"})
        self.charges = [self.world.charge(self.organization, "0.5", operation=operation)
                        for operation in ("image", "a, \"quoted\" é", "image", "video")]

    def entries(self, limit: int = 1000, **filters: str) -> list[dict]:
        query = urllib.parse.urlencode(filters)
        return list(self.world.admin.list_all(f"{self.path}?{query}", "entries", limit))

    def test_every_movement_is_an_entry_and_the_balance_follows_from_them(self):
        entries = self.entries()
        self.assertEqual([entry["seq"] for entry in entries], [1, 2, 3, 4, 5])
        self.assertEqual([entry["ref"] for entry in entries],
                         [self.grant["id"]] + [charge["id"] for charge in self.charges])
        self.assertEqual([entry["available"] for entry in entries],
                         ["10", "9.5", "9", "8.5", "8"])
        self.assertEqual(len({entry["hash"] for entry in entries}), 5)
        self.assertEqual({name: entries[0][name] for name in ("metadata", "tags", "reason", "price_paid",
                                                               "payment_reference")},
                         {"metadata": {"order": 1}, "tags": {"project": "é", "team": "red"}, "reason": "bought",
                          "price_paid": {"amount": "4.5", "currency": "EUR"}, "payment_reference": "in_7"})
        self.assertEqual(entries[1]["grants"], [{"grant": self.grant["id"], "amount": "0.5"}])

    def test_filters(self):
        whole = self.entries()
        third = whole[2]
        for filters, expected in (
                ({"kind": "grant"}, whole[:1]),
                ({"kind": "charge"}, whole[1:]),
                ({"operation": "image"}, [whole[1], whole[3]]),
                ({"operation": third["operation"]}, [third]),
                ({"from": third["at"]}, [one for one in whole if one["at"] >= third["at"]]),
                ({"to": third["at"]}, [one for one in whole if one["at"] < third["at"]]),
                ({"key": third["key"]["id"]}, whole),
                ({"key": "key-00000000000000000000000001"}, [])):
            for limit in (1, 2, 1000):
                with self.subTest(filters=filters, limit=limit):
                    self.assertEqual(self.entries(limit, **filters), expected)

    def csv_rows(self, limit: int) -> list[dict]:
        rows = []
        cursor = ""
        while True:
            answer = self.world.admin.get(f"{self.path}?limit={limit}{cursor}", Accept="text/csv")
            self.assertEqual((answer.status, answer.content_type),
                             (200, "text/csv; charset=utf-8"))
            reader = csv.DictReader(io.StringIO(answer.body.decode(), newline=""))
            self.assertEqual(reader.fieldnames, COLUMNS)
            rows += reader
            if answer.headers["Next-Cursor"] is None:
                return rows
            cursor = f"&cursor={answer.headers['Next-Cursor']}"

    def test_csv_says_what_json_does(self):
        expected = []
        for entry in self.entries():
            row = dict.fromkeys(COLUMNS, "") | {name: value for name, value in entry.items()
                                                if name in COLUMNS}
            row["key"] = entry["key"]["id"]
            row["grants"] = json.dumps(entry["grants"], separators=(",", ":"))
            for name in ("metadata", "tags"):
                if name in entry:
                    row[name] = json.dumps(entry[name], separators=(",", ":"), ensure_ascii=False)
            if "price_paid" in entry:
                row["price_paid"], row["currency"] = entry["price_paid"].values()
            expected.append({name: str(value) for name, value in row.items()})
        for limit in (2, 1000):
            self.assertEqual(self.csv_rows(limit), expected)
