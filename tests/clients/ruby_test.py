# SPDX-License-Identifier: Apache-2.0
"""The client that the generator `ruby` makes: it loads with every class, and it plays a whole life."""

from tests.clients.life_case import LifeCase
from tests.clients.tools import HERE, generate, need, need_library


class RubyClient(LifeCase):

    def test_it_plays_a_whole_life(self):
        need("ruby")
        need_library(["ruby", "-e", "require 'typhoeus'"], "typhoeus of Ruby")
        self.play(["ruby", "-I", generate("ruby") / "lib", HERE / "life" / "life.rb"])
