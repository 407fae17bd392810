"""What is an organ's name, and what only stands where one may."""

import pytest

from tasks.identify.names import as_organ, may_speak, organ_at_end, voices

NAMES = (
    "霁川县财政局", "霁川县人民政府", "霁川县人民政府办公室", "枫泊县青砚镇人民政府",
    "柳浔街道办事处", "国家税务总局霁川县税务局", "霁川经济技术开发区管委会",
    "云浔区发展和改革委员会", "溟岭市公安局云浔分局", "澜柘区残疾人联合会",
    "中共霁川县委机构编制委员会办公室", "溟岭大学", "霁川县人民医院", "霁川县第12中学",
    "溟岭市水务集团有限公司", "霁川县总工会", "霁川海关", "霁川县档案馆", "行政服务中心",
    "现代农业示范区管委会", "霁川县发展和改革局(粮食和物资储备局)", "霁川县政务公开领导小组办公室",
    "霁川县为民服务中心", "将乐县水利局", "霁川县12345政务服务热线中心", "霁川县",
    "中共霁川县委、霁川县人民政府", "共青团霁川县委", "霁川市城区",
)  # fmt: skip
NO_NAMES = (
    # pieces of sentences
    "根据霁川市", "以及枫泊县政务公开办", "按照县政府办公室", "由霁川县财政局", "在霁川县人民政府",
    "存在的主要问题及改进情况及其他需要报告的事项等六个方面汇报我镇", "关于霁川县财政局",
    "全区各部门、镇街",
    # labels, columns and furniture of pages
    "发布机构霁川县财政局信息分类", "正文", "政务公开", "霁川县人民政府网站", "索引号", "发布机构",
    "霁川县政府信息公开目录", "首页", "• 霁川县财政局", "霁川县财政局:", "政府信息公开年报",
    # whoever, and of no place
    "我局", "本镇", "各部门", "办公室", "人民政府", "县政府", "全县", "行政机关", "社会", "平台",
    "上级部门", "某某局", "XX县财政局", "××局", "2023年霁川县财政局", "霁川县(财政局", "霁", "",
)  # fmt: skip


@pytest.mark.parametrize("text", NAMES)
def test_a_name(text):
    assert as_organ(text) == text


@pytest.mark.parametrize("text", NO_NAMES)
def test_no_name(text):
    assert as_organ(text) is None


def test_spaces_and_brackets_around_all_of_it_are_no_part_of_a_name():
    assert as_organ("霁川县 财政局") == "霁川县财政局"
    assert as_organ("(霁川市园林局)") == "霁川市园林局"
    assert as_organ("(霁川县粮食局(储备局))") == "霁川县粮食局(储备局)"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("霁川县 财政局", "霁川县财政局"),
        ("霁 川 县 财 政 局", "霁川县财政局"),
        ("国家税务总局 霁川县税务局", "国家税务总局霁川县税务局"),
        ("霁川县 砚岭镇人民政府", "霁川县砚岭镇人民政府"),
        ("中共霁川县委 霁川县人民政府", "中共霁川县委霁川县人民政府"),
        # of two organs the one that reports stands last
        ("霁川县人民政府 霁川县财政局", "霁川县财政局"),
        ("霁川县人民政府 县财政局", "县财政局"),
        ("霁川县人民政府-霁川县财政局", "霁川县财政局"),
        ("霁川县人民政府门户网站 霁川县财政局", "霁川县财政局"),
        ("工作动态 霁川县财政局", "霁川县财政局"),
        # words around it
        ("正文 霁川县财政局", "霁川县财政局"),
        ("正文霁川县财政局", "霁川县财政局"),
        ("现将霁川县财政局", "霁川县财政局"),
        ("编制霁川县财政局", "霁川县财政局"),
        ("霁川县财政局关于公布", "霁川县财政局"),
        ("《霁川县财政局", "霁川县财政局"),
        ("• 霁川县财政局 •", "霁川县财政局"),
        ("中共霁川县委机构编制委员会办公室", "中共霁川县委机构编制委员会办公室"),
        ("溟岭大学2022-2023学年", "溟岭大学"),
        ("1/20/24, 10:30 PM 霁川县财政局", "霁川县财政局"),
        # none
        ("根据霁川市", None),
        ("等六个方面汇报我镇", None),
        ("发布机构:霁川县人民政府 信息分类", None),
        ("", None),
    ],
)
def test_the_name_at_the_end_of_what_a_title_says(text, name):
    assert organ_at_end(text) == name


def test_how_a_text_calls_its_own_organ():
    assert voices("2023年，我局按照本办法和本行政机关的要求，本局会议研究了我会议题。") == ("局",)
    assert may_speak("霁川县财政局", ("局",))
    assert not may_speak("霁川县人民政府", ("局",))
    assert may_speak("霁川县残疾人联合会", ("会联协",))
    assert may_speak("霁川县人民政府", ())
