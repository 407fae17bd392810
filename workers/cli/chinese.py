"""What the commands say about themselves in Chinese. A test holds the table to the commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Of one command; paragraphs are parted by an empty line."""

    help: str
    #: Name of an argument or option -> what it is for.
    parameters: Mapping[str, str] = field(default_factory=dict)


#: Options that every command has, or many.
EVERYWHERE = {
    "help": "显示本说明",
    "lang": "用中文（zh）或英文（en）；同 GOUJI_LANG",
    "as_json": "输出 JSON，供程序使用",
}

GOUJI = Words(
    help="读取政府信息公开工作年度报告，核对表中数字的勾稽关系。",
    parameters={"version": "显示版本号"},
)

COMMANDS: dict[str, Words] = {
    "check": Words(
        help="""在本进程内读取报告，指出哪些数字对不上。

不需要服务，也不需要网络。文件夹会逐层读取，压缩包和邮件中的报告逐份读取，“-”表示标准输入。
每份读完即输出；同一机关相邻两年的报告会互相核对。
退出码：0 全部读出且没有错误；1 有报告存在错误；2 有文件无法处理；
64 用法有误，或所给的文件不存在。""",
        parameters={
            "files": "要读取的报告、压缩包、文件夹，或“-”（标准输入）",
            "notes": "也列出说明（不是错误，供参考）",
            "strict": "有较多内容未能核对时，退出码也为 1",
            "to": "另存一份清单（.xlsx、.csv 或 .html），每个可疑的格一行；"
            "写文件夹则为每份文件存一份报告",
        },
    ),
    "up": Words(
        help="""在本机运行整套服务，按 Ctrl-C 停止。

包括对象存储、消息队列、处理进程、接收、巡查和 Flower；
数据存放在 GOUJI_HOME（.gouji）。
用 GOUJI_S3_ENDPOINT 或 GOUJI_BROKER_URL 指定了对象存储或消息队列的，
就用所指定的，不另启动内置的。"""
    ),
    "demo": Words(
        help="""用十四份虚构的文件演示整套服务。

使用单独的数据目录，不会动其他服务的数据。""",
        parameters={
            "keep": "演示完不退出，直到按 Ctrl-C",
            "seed": "换一个数，虚构的机关就换一套数字",
        },
    ),
    "submit": Words(
        help="""把文件放进收件目录，文件夹保持原有的层次。

收件目录中已有且内容完全相同的，不再发送；中断后再运行一次，会补发其余的。
退出码：0 已发送；1 等待超时；2（加 --wait 时）有文件无法处理；64 有的文件名不能用，其余已发送。""",
        parameters={
            "paths": "要放进收件目录的文件或文件夹",
            "prefix": "放到收件目录的哪个文件夹下",
            "wait": "等到每份都有结果",
            "timeout": "--wait 最多等多少秒",
        },
    ),
    "status": Words(
        help="统计收件目录中已完成、未成和待处理的文件，以及排队的任务。",
        parameters={"watch": "每两秒刷新一次"},
    ),
    "list": Words(
        help="""列出收件目录中有错误、被拒收或待处理的文件。

不加选项时三类都列出。""",
        parameters={
            "errors": "只列有错误的",
            "refused": "只列被拒收或出错的",
            "pending": "只列待处理的",
            "prefix": "只列路径以此开头的",
            "year": "只列报告所述年度为此的",
            "rule": "只列不符合此规则的，可只写开头部分",
            "format": "只列此种格式的",
            "organ": "只列机关名称中含有此文字的",
        },
    ),
    "results": Words(
        help="显示收件目录中一个文件的结果。", parameters={"key": "即 inbox/ 后面的路径"}
    ),
    "export": Words(
        help="""把存储桶中所有报告的数值写成一个数据集。

每个数值都带有机关、行政区划、年度、所在位置和质量标记；各栏的含义另附说明。""",
        parameters={
            "to": "数据集写到哪个文件",
            "wide": "每份报告一行，而不是每个数值一行",
            "year": "只要报告所述年度为此的，可重复",
            "prefix": "只要路径以此开头的",
            "verdict": "只要结论为此的（“poor”是多处未能核对），可重复",
        },
    ),
    "failed": Words(help="列出被拒收和出错的文件。"),
    "reprocess": Words(
        help="把文件重新处理一遍；给出几个条件时须同时满足。",
        parameters={
            "all_failed": "所有被拒收和出错的",
            "code": "因此代码被拒收或出错的",
            "key": "路径以此开头的",
            "format_": "按此格式读取的",
            "older_than_engine": "由早于此版本的程序处理的",
            "dry_run": "只列出是哪些，不处理",
        },
    ),
    "sweep": Words(
        help="把收件目录与已有结果对照，补上遗漏的。",
        parameters={
            "forever": "一直运行，作为服务的一个进程",
            "every": "每隔多少秒对照一次，同时表示 --forever",
        },
    ),
    "completion": Words(
        help="输出让命令行外壳补全 gouji 命令和选项的脚本。",
        parameters={"shell": "哪一种外壳"},
    ),
    "catalogue": Words(
        help="""按存储桶重建目录数据库。

目录是各份结果的副本，供列表和统计使用，平时由巡查维护；丢失或损坏时用本命令重建，
重建期间服务可以照常运行。""",
        parameters={"action": "清空后重新填写"},
    ),
    "settings": Words(help="列出每一项设置：现在的值、来自哪里、有什么用。"),
    "worker": Words(
        help="处理文件：服务的一个进程，供部署时使用。", parameters={"queue": "处理哪个队列"}
    ),
    "listen": Words(
        help="接收对象存储的通知：服务的一个进程，供部署时使用。",
        parameters={"sqs": "改为从 GOUJI_SQS_QUEUE_URL 的 SQS 队列领取通知"},
    ),
    "flower": Words(help="在带密码的网页上显示各处理进程和任务。"),
    "site-user": Words(
        help="""生成网页用户的一行，写进 GOUJI_SITE_USERS_FILE 所指的文件。

密码输入两次，不显示；标准输入不是终端时，从中读取一行。
密码为 8 至 128 个字符。重启后，该用户即可登录。""",
        parameters={
            "name": "用户名：文字、数字或 . @ - _",
            "role": "viewer 只能查看和下载；reviewer 还能上传、重新处理和复核",
        },
    ),
}

#: Field of the settings -> what it is for; one without stays in English until it has its line.
SETTINGS: dict[str, str] = {
    "home": "`gouji up` 存放数据和 up.json 的文件夹",
    "lang": "命令使用的语言；未设时按系统的语言，系统未说明时用中文",
    "s3_endpoint": "对象存储的地址，http(s)://主机:端口；AWS 不必设",
    "s3_bucket": "存放 inbox/、results/、failed/、reviews/ 和 expected/ 的存储桶",
    "s3_access_key": "访问密钥；未设时用 boto3 找到的（实例角色、~/.aws）",
    "s3_secret_key": "访问密钥对应的秘密密钥",
    "s3_region": "存储桶所在区域",
    "broker_url": "Valkey 或 Redis 的地址，redis://[用户:密码@]主机:端口/库号，或 rediss://…",
    "broker_ca_file": "为 rediss:// 的服务器证书作保的证书文件（PEM）；未设时用系统的",
    "catalogue_url": "目录数据库，sqlite:///文件 或 postgresql://…，`none` 为不用；"
    "未设时用 GOUJI_HOME 中的 catalogue.db（该文件夹存在时）",
    "publish_timeout_seconds": "接收进程等消息队列多久后回答 503",
    "bucket_events_enabled": "`gouji up` 中由对象存储通知新文件；否则靠巡查发现",
    "webhook_token": "POST /events 要求的令牌；接收进程必须有它",
    "listen_host": "接收进程绑定的地址",
    "listen_port": "接收进程的端口",
    "max_event_kib": "通知超过这个大小（KiB）的回答 413，不读取",
    "sqs_queue_url": "存放存储桶通知的 SQS 队列的地址，供 listen --sqs 使用",
    "sqs_access_key": "该队列的访问密钥；未设时用 boto3 找到的（角色、~/.aws）",
    "sqs_secret_key": "上述访问密钥的保密部分",
    "sweep_seconds": "每隔多少秒把收件目录与结果对照一次",
    "enqueued_seconds": "排队后这么多秒内，巡查不再理会该文件",
    "sweep_backlog": "队列已有这么多任务时，巡查不再添加",
    "light_concurrency": "一个处理进程组中处理 HTML、DOCX、XLSX、XLS、文本的进程数",
    "pdf_concurrency": "一个处理进程组中处理 PDF 的进程数",
    "alive_file": "处理进程的事件循环每 5 秒更新一次的文件，供健康检查查看；不填则不写",
    "ocr_enabled": "扫描件和图片交给 ocr 队列的处理进程；关闭则拒收，也不必运行该进程",
    "ocr_concurrency": "一个处理进程组中识别扫描件和图片的进程数，每个进程各有一份模型",
    "attempts": "一份文件尝试几次后写入 failed/；外部故障不计",
    "worker_deaths": "处理进程因一份文件退出这么多次后拒收该文件（crashed）",
    "lease_seconds": "处理进程消失这么多秒后，由别的进程接手其文件",
    "soft_time_limit_seconds": "一份文件超过这么多秒即拒收（timeout）",
    "hard_time_limit_seconds": "处理一份文件超过这么多秒的进程将被终止",
    "sandbox_memory_mib": "一份文件需要更多内存（MiB）即拒收（out_of_memory）",
    "sandbox_cpu_seconds": "一份文件占用处理器更久（秒）即拒收（timeout）",
    "ocr_soft_time_limit_seconds": "扫描件和图片的 GOUJI_SOFT_TIME_LIMIT_SECONDS",
    "ocr_hard_time_limit_seconds": "扫描件和图片的 GOUJI_HARD_TIME_LIMIT_SECONDS",
    "ocr_memory_mib": "扫描件和图片的 GOUJI_SANDBOX_MEMORY_MIB，模型之外",
    "ocr_cpu_seconds": "扫描件和图片的 GOUJI_SANDBOX_CPU_SECONDS",
    "max_document_mib": "超过这个大小（MiB）的文件不下载，直接拒收（too_large）",
    "max_archive_mib": "ZIP、7z、RAR 和邮件（EML）的大小上限（MiB），其中的文件逐份处理",
    "max_child_mib": "处理进程的内存超过这么多（MiB）即更换",
    "max_child_jobs": "处理进程处理这么多份后更换",
    "shutdown_seconds": "要求停止后，处理进程最多用多少秒完成手上的文件",
    "task_events_enabled": "处理进程向 Flower 通报任务（任务速度约减半）",
    "flower_host": "Flower 绑定的地址",
    "flower_port": "Flower 的端口",
    "flower_user": "Flower 的用户名",
    "flower_password": "Flower 的密码；没有密码不启动 Flower",
    "flower_url": "浏览器访问 Flower 的地址，供网页链接",
    "site_host": "网页绑定的地址",
    "site_port": "网页的端口",
    "site_user": "用下面的密码登录的复核员的用户名",
    "site_password": "该复核员的密码，至少 8 个字符",
    "site_users": "更多用户，一行一个或用 ; 分隔：名字:角色:哈希，由 `gouji site-user` 生成",
    "site_hosts": "访问网页所用的其他主机名，用逗号分隔",
    "site_https": "网页是否由支持 https 的代理对外提供",
    "metrics_port": "提供指标（/metrics）的端口，未设则不提供；"
    "`gouji up` 的各进程从它起依次各用一个",
    "metrics_host": "提供指标的地址",
    "otlp_endpoint": "用 OTLP（HTTP）把追踪发往的地址，http(s)://主机:端口；"
    "未设则不产生；需要 gouji[otel]",
    "log_level": "记录的最低级别",
    "log_format": "auto：终端上用 console，否则用 JSON，一行一个事件",
}
