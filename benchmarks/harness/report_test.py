# SPDX-License-Identifier: Apache-2.0
"""Tests of the table's arithmetic: a wrong ratio or verdict would be believed."""

import unittest

from .report import Row, Series, table


class RowTest(unittest.TestCase):
    def test_ratio_is_the_median_of_the_ratios_of_neighbours(self):
        row = Row("r", "requests/s", Series([90, 200, 30]), "peer", Series([100, 100, 100]),
                  at_least=0.95)
        self.assertEqual(row.judged(), 0.9)
        self.assertEqual(row.verdict(), "MISS")
        self.assertEqual(row.as_json()["ratio"]["max"], 2)

    def test_runs_without_a_neighbour_are_a_mistake(self):
        row = Row("r", "requests/s", Series([1, 2]), "peer", Series([1]))
        with self.assertRaises(ValueError):
            row.ratios()

    def test_a_bound_is_reached_by_being_equal_to_it(self):
        self.assertEqual(Row("r", "x", Series([3]), "p", Series([1]), at_least=3).verdict(), "pass")
        self.assertEqual(Row("r", "x", Series([30]), at_most=30).verdict(), "pass")
        self.assertEqual(Row("r", "x", Series([30.1]), at_most=30).verdict(), "MISS")

    def test_at_most_bounds_the_ratio_when_there_is_a_peer(self):
        row = Row("r", "us", Series([2500]), "fdatasync", Series([250]), at_most=10)
        self.assertEqual(row.verdict(), "pass")
        self.assertEqual(row.target(), "<= 10")

    def test_without_a_bound_it_is_only_reported(self):
        self.assertEqual(Row("r", "x", Series([1])).verdict(), "reported")

    def test_table_shows_median_range_and_notes(self):
        text = table([Row("charges", "charges/s", Series([1000, 20_000, 30_000]), notes=["a note"])])
        self.assertIn("20.0 k (1000 to 30.0 k) charges/s", text)
        self.assertIn("charges: a note", text)


if __name__ == "__main__":
    unittest.main()
