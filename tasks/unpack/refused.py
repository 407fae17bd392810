"""Why an archive, or one of its members, is not taken apart, and what to do about it."""

from __future__ import annotations

from tasks.model.limits import (
    MAX_ARCHIVES_WITHIN,
    MAX_INFLATED_BYTES,
    MAX_MEMBER_BYTES,
    MAX_MEMBERS,
)
from tasks.model.refusal import Refusal, RefusalCode

_MIB = 2**20


def encrypted_archive() -> Refusal:
    return Refusal(
        RefusalCode.ENCRYPTED,
        "压缩包设有密码，无法读取。请取消密码重新打包后提交。",
        "The archive needs a password to open. Pack it without one and send it again.",
    )


def encrypted_mail() -> Refusal:
    return Refusal(
        RefusalCode.ENCRYPTED,
        "邮件已加密，无法读取。请在邮件软件中打开，存下附件后提交。",
        "The message is encrypted. Open it in the mail program, save its attachments and send "
        "those.",
    )


def encrypted_member() -> Refusal:
    return Refusal(
        RefusalCode.ENCRYPTED,
        "压缩包中的这个文件设有密码，无法取出。请取消密码重新打包后提交。",
        "This member of the archive needs a password. Pack it without one and send it again.",
    )


def nothing_in_it() -> Refusal:
    return Refusal(
        RefusalCode.EMPTY,
        "压缩包或邮件中没有文件。请检查打包是否成功后重新提交。",
        "There is no file in the archive or message. Check that it was packed and send it again.",
    )


def corrupt_archive(why: str, why_en: str) -> Refusal:
    return Refusal(
        RefusalCode.CORRUPT,
        f"压缩包不完整或已损坏（{why}）。请重新打包或上传。",
        f"The archive is cut short or damaged ({why_en}). Pack or upload it again.",
    )


def corrupt_member() -> Refusal:
    return Refusal(
        RefusalCode.CORRUPT,
        "压缩包中的这个文件已损坏，无法取出。请重新打包，或单独提交原文件。",
        "This member of the archive is damaged and cannot be taken out. Pack it again, or send "
        "the file by itself.",
    )


def cut_mail() -> Refusal:
    return Refusal(
        RefusalCode.CORRUPT,
        "邮件在此处中断，附件不完整，其后可能还有附件。请重新导出邮件，或存下附件后提交。",
        "The message breaks off here: this attachment is not whole, and more may have followed. "
        "Export the message again, or save its attachments and send those.",
    )


def corrupt_mail() -> Refusal:
    return Refusal(
        RefusalCode.CORRUPT,
        "邮件已损坏，无法读取。请重新导出邮件，或存下附件后提交。",
        "The message is damaged. Export it again, or save its attachments and send those.",
    )


def volume() -> Refusal:
    return Refusal(
        RefusalCode.UNSUPPORTED_FORMAT,
        "不支持分卷压缩包。请解压后重新打成一个 ZIP 压缩包提交。",
        "Archives in several volumes are not supported. Unpack them, pack the files as one ZIP "
        "and send that.",
    )


def unknown_method() -> Refusal:
    return Refusal(
        RefusalCode.UNSUPPORTED_FORMAT,
        "压缩包中的这个文件用了不支持的压缩方法，无法取出。请改存为普通 ZIP 压缩包后提交。",
        "This member is packed by a method that is not supported. Pack it as a plain ZIP, or send "
        "the file by itself.",
    )


def no_library(name: str) -> Refusal:
    """`name`: of the kind of archive."""
    return Refusal(
        RefusalCode.UNSUPPORTED_FORMAT,
        f"此处不能解开 {name} 压缩包。请改存为 ZIP 压缩包后重新提交（管理员可安装 libarchive13）。",
        f"{name} archives cannot be opened here. Pack the files as ZIP and send that "
        "(operators: install libarchive13).",
    )


def no_file() -> Refusal:
    return Refusal(
        RefusalCode.UNSUPPORTED_FORMAT,
        "压缩包中的这一项是链接或设备，不是文件。请放入文件本身，重新打包后提交。",
        "This member of the archive is a link or a device and no file. Put the file itself into "
        "the archive and send it again.",
    )


def name_outside() -> Refusal:
    return Refusal(
        RefusalCode.UNSUPPORTED_FORMAT,
        "压缩包中这个文件的名称指向压缩包以外的位置，没有取出。请重新打包后提交。",
        "The name of this member leads out of the archive, so it was not taken out. Pack the "
        "files again and send the archive.",
    )


def too_many() -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"压缩包内的文件过多（上限 {MAX_MEMBERS} 个），无法处理。请拆成几个压缩包后重新提交。",
        f"The archive holds too many files (at most {MAX_MEMBERS}). "
        "Pack them into several and send those.",
    )


def too_deep() -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"压缩包或邮件逐层嵌套过深（上限 {MAX_ARCHIVES_WITHIN} 层），没有打开。请单独提交。",
        f"Archives or messages lie within each other too deeply (at most {MAX_ARCHIVES_WITHIN}), "
        "so this one was not opened. Send it by itself.",
    )


def too_large_member() -> Refusal:
    most = MAX_MEMBER_BYTES // _MIB
    return Refusal(
        RefusalCode.TOO_LARGE,
        f"压缩包中的这个文件超过 {most} MiB 上限。请压缩其中的图片或拆分后重新提交。",
        f"This member of the archive is larger than {most} MiB. Shrink its pictures or split it "
        "and send it again.",
    )


def bomb() -> Refusal:
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        "压缩包中的这个文件解压后异常膨胀，没有取出。如确是报告，请单独提交。",
        "This member of the archive swells beyond reason when it is inflated, so it was not "
        "taken out. If it is a report, send it by itself.",
    )


def used_up() -> Refusal:
    most = MAX_INFLATED_BYTES // _MIB
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        f"压缩包解压后总量超过 {most} MiB 上限，这个文件没有取出。请拆成几个压缩包后重新提交。",
        f"The archive takes more than {most} MiB once inflated, so this member was not taken out. "
        "Pack the files into several archives and send those.",
    )


def swollen() -> Refusal:
    """Of an archive as a whole."""
    return Refusal(
        RefusalCode.TOO_COMPLEX,
        "压缩包解压后总量过大，无法处理。请拆成几个压缩包后重新提交。",
        "The archive is too large once inflated. Pack the files into several and send those.",
    )
