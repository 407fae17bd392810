"""What kinds of file there are, and how they begin. Knowledge only; `detect` reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file that is recognised but has no reader."""

    #: Its name in Chinese, and in English.
    name: str
    name_en: str
    #: What to do instead, for people, in Chinese and English.
    advice: str = "请另存为 PDF、DOCX、HTML 或纯文本后重新提交。"
    advice_en: str = "Save it as PDF, DOCX, HTML or plain text and send it again."


def _kind(name: str, name_en: str) -> Kind:
    return Kind(name=name, name_en=name_en)


def _workbook(name: str, name_en: str) -> Kind:
    return Kind(
        name=name,
        name_en=name_en,
        advice="请另存为 .xlsx 后重新提交。",
        advice_en="Save it as .xlsx and send it again.",
    )


def _archive(name: str, name_en: str) -> Kind:
    return Kind(
        name=name,
        name_en=name_en,
        advice="请改存为 ZIP 压缩包，或先解压，再提交其中的报告。",
        advice_en="Unpack it and send the reports in it, or pack them as ZIP.",
    )


def _picture(name: str, name_en: str) -> Kind:
    return Kind(
        name=name,
        name_en=name_en,
        advice="请另存为 PDF、PNG、JPEG 或 TIFF 后重新提交；最好提交原始文档。",
        advice_en="Save it as PDF, PNG, JPEG or TIFF and send it again, or best the original "
        "document.",
    )


def _no_document(name: str, name_en: str) -> Kind:
    return Kind(
        name=name,
        name_en=name_en,
        advice="这不是文档，请检查是否选错了文件。",
        advice_en="This is no document: check whether the right file was chosen.",
    )


def kept_by(name: str, name_en: str) -> Kind:
    """What a system or a program keeps beside documents for itself."""
    return Kind(
        name=name,
        name_en=name_en,
        advice="它不是文档，不必提交。",
        advice_en="It is no document and need not be sent.",
    )


EXCEL_95 = _workbook("Excel 95 或更早的工作簿", "workbook of Excel 95 or older")
POWERPOINT_97 = _kind(
    "旧版 PowerPoint 或 WPS 演示（.ppt、.dps）", "legacy PowerPoint or WPS slides (.ppt, .dps)"
)
WORD_XML = _kind("Word 2003 XML 文档", "Word 2003 XML document")
WORD_FLAT = _kind("Word 单文件 XML 文档", "Word flat XML document")
EXCEL_XML = _workbook("Excel 2003 XML 工作簿", "Excel 2003 XML workbook")
OLE = _kind("旧版 Office 文件（OLE2 复合文档）", "legacy Office file (OLE2 compound file)")
BINARY = _kind("无法识别的二进制文件", "binary file of no known kind")

#: How archives begin that are taken apart, besides ZIP, and what they are called.
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
RAR_4 = b"Rar!\x1a\x07\x00"
RAR_5 = b"Rar!\x1a\x07\x01\x00"
ARCHIVES: tuple[tuple[bytes, str], ...] = (
    (SEVEN_ZIP, "7z archive"),
    (RAR_4, "RAR archive"),
    (RAR_5, "RAR archive (version 5)"),
)

#: Offset and the bytes that stand there, of pictures that are read as scans, and what they are
#: called.
PICTURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"II+\x00", "TIFF"),
    (8, b"WEBPVP8", "WebP"),
)

#: Offset, the bytes that stand there, and what it is. The first that fits counts.
SIGNATURES: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"\x1f\x8b\x08", _archive("gzip 压缩文件", "gzip file")),
    (0, b"BZh", _archive("bzip2 压缩文件", "bzip2 file")),
    (0, b"\xfd7zXZ\x00", _archive("xz 压缩文件", "xz file")),
    (0, b"\x28\xb5\x2f\xfd", _archive("zstd 压缩文件", "zstd file")),
    (0, b"MSCF", _archive("CAB 压缩包", "CAB archive")),
    (257, b"ustar", _archive("tar 归档", "tar archive")),
    (4, b"ftypheic", _picture("HEIC 图片", "HEIC image")),
    (4, b"ftypmif1", _picture("HEIF 图片", "HEIF image")),
    (4, b"ftypavif", _picture("AVIF 图片", "AVIF image")),
    (4, b"ftyp", _no_document("MP4 视频", "MP4 video")),
    (0, b"\x00\x00\x01\x00", _picture("ICO 图标", "ICO image")),
    (0, b"AT&TFORM", _kind("DjVu 文档", "DjVu document")),
    (0, b"CAJ\x00", _kind("CAJ 文档", "CAJ document")),
    (0, b"%!PS", _kind("PostScript 文档", "PostScript document")),
    (0, b"\xc5\xd0\xd3\xc6", _picture("EPS 图形", "EPS image")),
    (0, b"8BPS", _picture("Photoshop 图片", "Photoshop image")),
    (0, b"AC10", _kind("AutoCAD 图纸（.dwg）", "AutoCAD drawing (.dwg)")),
    (0, b"ITSF", _kind("CHM 帮助文件", "CHM help file")),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", _no_document("Windows 快捷方式", "Windows shortcut")),
    (0, b"SQLite format 3\x00", _no_document("SQLite 数据库", "SQLite database")),
    (4, b"Standard Jet DB", _no_document("Access 数据库（.mdb）", "Access database (.mdb)")),
    (4, b"Standard ACE DB", _no_document("Access 数据库（.accdb）", "Access database (.accdb)")),
    (0, b"PAR1", _kind("Parquet 数据文件", "Parquet file")),
    (0, b"\x7fELF", _no_document("可执行文件（ELF）", "executable (ELF)")),
    (0, b"\xcf\xfa\xed\xfe", _no_document("可执行文件（Mach-O）", "executable (Mach-O)")),
    (
        0,
        b"\xca\xfe\xba\xbe",
        _no_document("可执行文件（Java、Mach-O）", "executable (Java, Mach-O)"),
    ),
    (0, b"\x00asm", _no_document("WebAssembly 模块", "WebAssembly module")),
    (0, b"ID3", _no_document("MP3 音频", "MP3 audio")),
    (0, b"OggS", _no_document("Ogg 音频", "Ogg audio")),
    (0, b"fLaC", _no_document("FLAC 音频", "FLAC audio")),
    (0, b"wOFF", _no_document("WOFF 字体", "WOFF font")),
    (0, b"wOF2", _no_document("WOFF2 字体", "WOFF2 font")),
    (
        0,
        b"\x00\x00\x00\x01Bud1",
        kept_by("macOS 的文件夹设置（.DS_Store）", "folder settings of macOS (.DS_Store)"),
    ),
    (
        0,
        b"\x00\x05\x16\x07",
        kept_by("macOS 的附属文件（._ 开头）", "companion file of macOS (._…)"),
    ),
    (0, b"\x00\x05\x16\x00", kept_by("macOS 的附属文件", "companion file of macOS")),
    (0, b"bplist00", kept_by("macOS 的属性列表", "property list of macOS")),
    (0, b"\x00\x01\x00\x00\x00", _no_document("TrueType 字体", "TrueType font")),
)

#: Two letters are not enough to tell: what follows must fit too (see `detect`).
EXECUTABLE = _no_document("可执行文件（Windows）", "executable (Windows)")

#: What it says in a text of OpenDocument and in a template for one, which have a reader.
ODT_MIMETYPES = (b"application/vnd.oasis.opendocument.text",)

#: The part that each package of Office has, and others of its kind.
CONTENT_TYPES = "[Content_Types].xml"

#: What the `mimetype` member of a zip package says (OpenDocument, EPUB).
MIMETYPES: tuple[tuple[bytes, Kind], ...] = (
    (b"application/vnd.oasis.opendocument.spreadsheet", _workbook("ODS 工作簿", "ODS workbook")),
    (b"application/vnd.oasis.opendocument.presentation", _kind("ODP 演示文稿", "ODP slides")),
    (b"application/vnd.oasis.opendocument", _kind("OpenDocument 文件", "OpenDocument file")),
    (b"application/epub+zip", _kind("EPUB 电子书", "EPUB book")),
)

#: A member of a zip package, and what such a package is; `xl/` stands for any part in that
#: folder. The first that fits counts; `word/` is looked for before all of these.
MEMBERS: tuple[tuple[str, Kind], ...] = (
    ("xl/", _workbook("Excel 二进制工作簿（.xlsb）", "binary Excel workbook (.xlsb)")),
    ("ppt/", _kind("PowerPoint 演示文稿（.pptx）", "PowerPoint slides (.pptx)")),
    ("visio/", _kind("Visio 绘图（.vsdx）", "Visio drawing (.vsdx)")),
    ("FixedDocSeq.fdseq", _kind("XPS 文档", "XPS document")),
    ("FixedDocumentSequence.fdseq", _kind("XPS 文档", "XPS document")),
    ("Index/Document.iwa", _kind("Pages 文档", "Pages document")),
    ("Index.zip", _kind("iWork 文档", "iWork document")),
    ("META-INF/container.xml", _kind("EPUB 电子书", "EPUB book")),
    ("AndroidManifest.xml", _no_document("安卓应用（.apk）", "Android package (.apk)")),
    ("META-INF/MANIFEST.MF", _no_document("Java 归档（.jar）", "Java archive (.jar)")),
    ("content.xml", _kind("OpenDocument 文件", "OpenDocument file")),
    (CONTENT_TYPES, _kind("其他程序的 OPC 文件", "OPC package of another program")),
)

#: The stream of an old Word document, which has a reader.
WORD_STREAM = "WordDocument"

#: A stream or storage in the root of an OLE2 file, and what such a file is.
STREAMS: tuple[tuple[str, Kind], ...] = (
    ("Book", EXCEL_95),
    ("PowerPoint Document", POWERPOINT_97),
    (
        "__properties_version1.0",
        Kind(
            name="Outlook 邮件（.msg）",
            name_en="Outlook message (.msg)",
            advice="请另存为 .eml，或存下附件后提交。",
            advice_en="Save it as .eml, or save its attachments and send those.",
        ),
    ),
    ("VisioDocument", _kind("旧版 Visio 绘图（.vsd）", "legacy Visio drawing (.vsd)")),
    ("Catalog", kept_by("Windows 的缩略图（Thumbs.db）", "thumbnails of Windows (Thumbs.db)")),
    ("FileHeader", _kind("HWP 文档", "HWP document")),
    ("MatOST", _kind("Works 文档", "Works document")),
)

#: What an XML document says near its beginning that is more than text.
XML_MARKS: tuple[tuple[str, Kind], ...] = (
    ('progid="Word.Document"', WORD_XML),
    ("schemas.microsoft.com/office/word/2003/wordml", WORD_XML),
    ("schemas.microsoft.com/office/2006/xmlPackage", WORD_FLAT),
    ('progid="Excel.Sheet"', EXCEL_XML),
    ("urn:oasis:names:tc:opendocument:xmlns:office", _kind("FODT 文档", "flat OpenDocument file")),
    ("http://www.w3.org/2000/svg", _picture("SVG 图形", "SVG image")),
)
