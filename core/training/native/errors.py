"""Why the C++ layers are not available: each message says it in a line."""


class NotAvailableError(Exception):
    """The C++ layers are not available here."""


class NoCompilerError(NotAvailableError):
    """There is no C++ compiler on this machine, which is nobody's mistake."""


class CompilationError(NotAvailableError):
    """There is a compiler, and it refuses our sources; the message quotes its first complaint."""


class StructSizeError(NotAvailableError):
    """A struct in C++ has another size than the one in Python that mirrors it."""
