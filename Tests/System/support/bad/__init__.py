"""The collection of bad plugins: each is declared as data, with one fault and the code that it must be refused with."""
from . import describe, elf, files, loading, manifest

CASES = [*manifest.CASES, *files.CASES, *elf.CASES, *loading.CASES, *describe.CASES]
