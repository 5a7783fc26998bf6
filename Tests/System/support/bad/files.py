"""Files that others can change, that are no files, and that are not what the manifest describes."""
import os
import shutil

from .case import ACTIVE, Case

PERMISSIONS, UNREADABLE, MANIFEST = "CLD-P-FILE-PERMISSIONS", "CLD-P-FILE-UNREADABLE", "CLD-P-MANIFEST-UNREADABLE"


def mode(path, bits):
    return lambda plugin: (plugin.folder / path).chmod(bits)


def instead(path, make):
    """Something else in the place of a file."""

    def spoil(plugin):
        (plugin.folder / path).unlink()
        make(plugin.folder / path)

    return spoil


def link_out(path):
    """A link to a good copy of the file outside of the plugin's folder."""

    def spoil(plugin):
        outside = plugin.folder.parent.parent / f"outside-{plugin.name}"
        shutil.move(plugin.folder / path, outside)
        (plugin.folder / path).symlink_to(outside)

    return spoil


def hard_link(plugin):
    os.link(plugin.library_path, plugin.folder.parent.parent / f"second-name-{plugin.name}")


def flip_last_byte(plugin):
    content = bytearray(plugin.library)
    content[-1] ^= 1
    plugin.library_path.write_bytes(content)


CASES = [
    Case("file-library-world-writable", PERMISSIONS, "libfixture.so", spoil=mode("libfixture.so", 0o666)),
    Case("file-library-group-writable", PERMISSIONS, "libfixture.so", spoil=mode("libfixture.so", 0o664)),
    Case("file-manifest-writable", PERMISSIONS, "manifest.json", spoil=mode("manifest.json", 0o666)),
    Case("file-schema-writable", PERMISSIONS, "thing.json", spoil=mode("types/thing.json", 0o666)),
    Case("file-folder-writable", PERMISSIONS, spoil=mode(".", 0o777)),
    Case("file-sticky-folder-writable", PERMISSIONS, spoil=mode(".", 0o1777)),
    Case("file-types-folder-writable", PERMISSIONS, "types", spoil=mode("types", 0o777)),
    Case("file-foreign-library", PERMISSIONS, "user 12345", needs_root=True,
         spoil=lambda plugin: os.chown(plugin.library_path, 12345, 12345)),
    Case("file-foreign-folder", PERMISSIONS, "user 12345", needs_root=True, spoil=lambda plugin: os.chown(plugin.folder, 12345, 12345)),
    Case("file-library-links-out", PERMISSIONS, spoil=link_out("libfixture.so")),
    Case("file-manifest-links-out", PERMISSIONS, spoil=link_out("manifest.json")),
    Case("file-schema-links-out", PERMISSIONS, spoil=link_out("types/thing.json")),
    Case("file-library-links-to-device", PERMISSIONS, spoil=instead("libfixture.so", lambda path: path.symlink_to("/dev/zero"))),
    Case("file-library-links-to-itself", UNREADABLE, spoil=instead("libfixture.so", lambda path: path.symlink_to(path.name))),
    Case("file-library-missing", UNREADABLE, spoil=lambda plugin: plugin.library_path.unlink()),
    Case("file-library-is-a-folder", UNREADABLE, "no regular file", spoil=instead("libfixture.so", lambda path: path.mkdir(0o755))),
    Case("file-library-is-a-fifo", UNREADABLE, "no regular file", spoil=instead("libfixture.so", lambda path: os.mkfifo(path, 0o644))),
    Case("file-library-is-sparse-and-huge", UNREADABLE, spoil=lambda plugin: os.truncate(plugin.library_path, 1 << 40)),
    Case("file-manifest-is-a-fifo", MANIFEST, spoil=instead("manifest.json", lambda path: os.mkfifo(path, 0o644))),
    Case("file-manifest-is-a-device", MANIFEST, spoil=instead("manifest.json", lambda path: path.symlink_to("/dev/zero"))),
    Case("file-manifest-is-a-folder", MANIFEST, spoil=instead("manifest.json", lambda path: path.mkdir(0o755))),
    Case("file-schema-is-a-fifo", MANIFEST, spoil=instead("types/thing.json", lambda path: os.mkfifo(path, 0o644))),
    Case("file-library-has-two-names", ACTIVE, spoil=hard_link),
    Case("hash-one-byte", "CLD-P-HASH-MISMATCH", spoil=flip_last_byte),
    Case("hash-one-byte-more", "CLD-P-HASH-SIZE", spoil=lambda plugin: plugin.library_path.write_bytes(plugin.library + b"\0")),
    Case("hash-emptied", "CLD-P-HASH-SIZE", "has 0 bytes", spoil=lambda plugin: plugin.library_path.write_bytes(b"")),
]
