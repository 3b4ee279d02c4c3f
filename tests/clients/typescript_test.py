# SPDX-License-Identifier: Apache-2.0
"""The client that the generator `typescript-fetch` makes: the compiler, at its strictest, has nothing to say
about it, and it plays a whole life."""

import shutil

from tests.clients.life_case import LifeCase
from tests.clients.tools import HERE, generate, npm_folder, npm_program, run


class TypeScriptClient(LifeCase):

    @classmethod
    def make_world(cls):
        types = npm_folder() / "node_modules" / "@types"
        cls.folder = generate("typescript-fetch")
        shutil.copy(HERE / "life" / "life.ts", cls.folder)
        run([npm_program("tsc"), "--strict", "--target", "es2022", "--lib", "es2022,dom", "--module", "commonjs",
             "--esModuleInterop", "--typeRoots", types, "--types", "node", "--outDir", "compiled", "life.ts"],
            cwd=cls.folder)

    def test_it_plays_a_whole_life(self):
        self.play(["node", self.folder / "compiled" / "life.js"])
