"""An error in, its kind and its place out: never its text, which may quote a patient's report."""


def kind_and_place(error: BaseException) -> str:
    """Such as ``ValueError in pipeline.hgvs, line 12``."""
    return f"{type(error).__name__} in {place(error)}"


def place(error: BaseException) -> str:
    """The module and line where it was raised."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}" if trace else "?"
