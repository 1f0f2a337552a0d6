"""The hash of a kept original in, its bytes out as an attachment that a browser does not open."""

from fastapi import HTTPException, Request
from fastapi.responses import FileResponse, Response

from app.web.gallery import gallery
from parsers.lane import hash_of, opened
from pipeline.errors import UnreadableError

_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
# Whatever else a name ends with is not repeated: it may be a patient's.
_ENDINGS = (".vcf.gz", ".vcf.bgz", ".vcf", ".pdf", ".csv", ".json", ".xml")


def attachment(request: Request, sha256: str, file: str) -> Response:
    """The original, to be saved; 404 if it is not kept, 409 if it is no longer what was read."""
    try:
        path = gallery(request).original(sha256)
        with opened(path) as original:
            is_whole = hash_of(original) == sha256
    except UnreadableError as error:
        raise HTTPException(404, sentence(error)) from None
    if not is_whole:
        raise HTTPException(409, "The kept original is damaged: it is not what was read.")
    ending = next((each for each in _ENDINGS if file.lower().endswith(each)), ".bin")
    return FileResponse(
        path,
        media_type="application/octet-stream",
        # Not the name it came under, which may be a patient's.
        filename=f"report-{sha256[:12]}{ending}",
        content_disposition_type="attachment",
        headers={"Content-Security-Policy": _SANDBOX, "X-Content-Type-Options": "nosniff"},
    )


def sentence(error: UnreadableError) -> str:
    """What is wrong with the original, as a sentence of a page."""
    told = error.sentence
    return f"{told[0].upper()}{told[1:].rstrip('.')}."
