// Placeholder so that the package resolves; the module's author deletes it.
