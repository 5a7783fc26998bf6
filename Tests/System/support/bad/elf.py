"""Objects that are no drivers, by byte surgery on a good one and from sources."""
import struct

from .case import Case

NOT, CUT, DYNAMIC, ENTRY = "CLD-P-ELF-NOTELF", "CLD-P-ELF-TRUNCATED", "CLD-P-ELF-DYNAMIC", "CLD-P-ELF-ENTRY"
LOAD, DYNAMIC_SEGMENT, STACK = 1, 2, 0x6474E551


def bytes_at(offset, value):
    def change(plugin):
        plugin.library = plugin.library[:offset] + value + plugin.library[offset + len(value):]

    return change


def whole(value):
    def change(plugin):
        plugin.library = value(plugin.library) if callable(value) else value

    return change


def header(kind, member, value):
    """A member of the first program header of a kind: the flags, or another kind."""

    def change(plugin):
        content = bytearray(plugin.library)
        table, = struct.unpack_from("<Q", content, 32)
        for at in range(table, table + 56 * content[56], 56):
            if struct.unpack_from("<I", content, at)[0] == kind:
                old, = struct.unpack_from(member[1], content, at + member[0])
                struct.pack_into(member[1], content, at + member[0], value(old))
                break
        plugin.library = bytes(content)

    return change


def dynamic(tag, new_tag=None, value=None):
    """An entry of the dynamic section."""

    def change(plugin):
        content = bytearray(plugin.library)
        table, = struct.unpack_from("<Q", content, 32)
        for at in range(table, table + 56 * content[56], 56):
            if struct.unpack_from("<I", content, at)[0] == DYNAMIC_SEGMENT:
                offset, size = struct.unpack_from("<Q", content, at + 8)[0], struct.unpack_from("<Q", content, at + 32)[0]
        for at in range(offset, offset + size, 16):
            if struct.unpack_from("<Q", content, at)[0] == tag:
                if new_tag is not None:
                    struct.pack_into("<Q", content, at, new_tag)
                if value is not None:
                    struct.pack_into("<Q", content, at + 8, value)
                break
        plugin.library = bytes(content)

    return change


KIND, FLAGS, OFFSET, FILE_SIZE = (0, "<I"), (4, "<I"), (8, "<Q"), (32, "<Q")
GNU_HASH, STRINGS, SYMBOLS, STRINGS_SIZE, DEBUG, TEXTREL, RELA_COUNT = 0x6FFFFEF5, 5, 6, 10, 21, 22, 0x6FFFFFF9
CASES = [
    Case("elf-one-byte", NOT, change=whole(b"\x7f")),
    Case("elf-text", NOT, change=whole(b"#!/bin/sh\nexit 0\n")),
    Case("elf-archive", NOT, change=whole(b"!<arch>\n" + b"\0" * 100)),
    Case("elf-windows", NOT, change=whole(b"MZ" + b"\0" * 1000)),
    Case("elf-header-only", CUT, change=whole(lambda b: b[:64])),
    Case("elf-half-a-header", CUT, change=whole(lambda b: b[:40])),
    Case("elf-cut-in-the-middle", CUT, change=whole(lambda b: b[:len(b) // 2])),
    Case("elf-cut-in-the-first-page", CUT, change=whole(lambda b: b[:2000])),
    Case("elf-32-bit", "CLD-P-ELF-CLASS", change=bytes_at(4, b"\1")),
    Case("elf-big-endian", "CLD-P-ELF-BYTEORDER", change=bytes_at(5, b"\2")),
    Case("elf-other-machine", "CLD-P-ELF-MACHINE", "e_machine 243", change=bytes_at(18, b"\xf3\0")),
    Case("elf-executable", "CLD-P-ELF-TYPE", change=bytes_at(16, b"\2\0")),
    Case("elf-object-file", "CLD-P-ELF-TYPE", change=bytes_at(16, b"\1\0")),
    Case("elf-core", "CLD-P-ELF-TYPE", change=bytes_at(16, b"\4\0")),
    Case("elf-no-program-headers", CUT, change=bytes_at(56, b"\0\0")),
    Case("elf-many-program-headers", CUT, change=bytes_at(56, b"\xff\xff")),
    Case("elf-program-headers-far-away", CUT, change=bytes_at(32, b"\xff" * 8)),
    Case("elf-small-program-headers", CUT, change=bytes_at(54, b"\1\0")),
    Case("elf-segment-far-away", CUT, change=header(LOAD, OFFSET, lambda _: 1 << 63)),
    Case("elf-segment-too-long", CUT, change=header(LOAD, FILE_SIZE, lambda _: (1 << 64) - 1)),
    Case("elf-executable-stack", "CLD-P-ELF-STACK", change=header(STACK, FLAGS, lambda flags: flags | 1)),
    Case("elf-executable-stack-linked", "CLD-P-ELF-STACK", options=("-Wl,-z,execstack",)),
    Case("elf-writable-code", "CLD-P-ELF-WRITABLECODE", change=header(LOAD, FLAGS, lambda flags: flags | 3)),
    Case("elf-writable-code-linked", "CLD-P-ELF-WRITABLECODE", options=("-nostdlib", "-Wl,-N")),
    Case("elf-text-relocations", "CLD-P-ELF-TEXTREL", change=dynamic(RELA_COUNT, new_tag=TEXTREL)),
    Case("elf-no-dynamic-section", DYNAMIC, change=header(DYNAMIC_SEGMENT, KIND, lambda _: 0)),
    Case("elf-no-symbol-table", DYNAMIC, change=dynamic(SYMBOLS, new_tag=0x6000_0000)),
    Case("elf-no-strings", DYNAMIC, change=dynamic(STRINGS, new_tag=0x6000_0000)),
    Case("elf-no-hash-table", DYNAMIC, change=dynamic(GNU_HASH, new_tag=0x6000_0000)),
    Case("elf-strings-far-away", CUT, change=dynamic(STRINGS, value=1 << 62)),
    Case("elf-strings-too-long", CUT, change=dynamic(STRINGS_SIZE, value=1 << 40)),
    Case("elf-symbols-far-away", CUT, change=dynamic(SYMBOLS, value=(1 << 64) - 8)),
    Case("elf-hash-far-away", CUT, change=dynamic(GNU_HASH, value=1 << 40)),
    *(Case(f"entry-{name}", ENTRY, why, source="bad/entry.c", options=options) for name, why, options in (
        ("missing", "exports no cld_plugin_entry", ()), ("data", "no function", ("-DDATA",)), ("hidden", "exports no", ("-DHIDDEN",)),
        ("static", "exports no", ("-DSTATIC",)), ("weak", "not a global symbol", ("-DWEAK",)),
        ("undefined", "not defined", ("-DUNDEFINED",)), ("indirect", "no function", ("-DINDIRECT",)),
        ("thread-local", "", ("-DTHREAD",)))),
]
