"""The namespaces of OpenDocument. Source: OpenDocument 1.3, Part 3, 2.2.1."""

from __future__ import annotations

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{{{_OASIS}office:1.0}}"
TEXT = f"{{{_OASIS}text:1.0}}"
TABLE = f"{{{_OASIS}table:1.0}}"
STYLE = f"{{{_OASIS}style:1.0}}"
DRAW = f"{{{_OASIS}drawing:1.0}}"
FO = f"{{{_OASIS}xsl-fo-compatible:1.0}}"
SVG = f"{{{_OASIS}svg-compatible:1.0}}"
#: What LibreOffice writes beyond the standard.
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
FIELD = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
XLINK = "{http://www.w3.org/1999/xlink}"
ID = "{http://www.w3.org/XML/1998/namespace}id"
