# SPDX-License-Identifier: Apache-2.0
"""The client that the generator `php` makes: every class of it is loaded, and it plays a whole life."""

from tests.clients.life_case import LifeCase
from tests.clients.tools import HERE, generate, need, need_library


class PhpClient(LifeCase):

    def test_it_plays_a_whole_life(self):
        need("php")
        need_library(["php", "-r", "require 'GuzzleHttp/autoload.php';"], "Guzzle of PHP")
        self.play(["php", HERE / "life" / "life.php", generate("php")])
