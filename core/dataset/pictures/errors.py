"""The error for a picture that cannot be used."""


class PictureError(Exception):
    """The message says why, in words that stand in brackets behind a file's name; it has no path in it."""
