"""Which words mean the same? Groups a curator writes, one a line: `脸书 / Facebook`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from digest.words.phrases import elements

Elements = tuple[str, ...]

_SEPARATOR = re.compile(r"\s+/\s+|[,，、=]")


@dataclass(frozen=True, slots=True)
class Synonyms:
    """The other wordings of a wording, symmetric. `longest` counts the elements of the longest one."""

    others: Mapping[Elements, tuple[Elements, ...]] = field(default_factory=dict)
    longest: int = 0

    def of(self, wording: Elements) -> tuple[Elements, ...]:
        return self.others.get(wording, ())


def read_synonyms(text: str) -> Synonyms:
    """Synonyms from lines; blank ones and those that begin with `#` are passed over. Total."""
    others: dict[Elements, list[Elements]] = {}
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        group = [wording for part in _SEPARATOR.split(line) if (wording := elements(part))]
        for wording in group:
            known = others.setdefault(wording, [])
            known += [other for other in group if other != wording and other not in known]
    return Synonyms(
        {wording: tuple(found) for wording, found in others.items() if found}, _longest(others.keys())
    )


def _longest(wordings: Iterable[Elements]) -> int:
    return max(map(len, wordings), default=0)


# Words of the trade in both languages, and words that differ by region and are no matter of folding.
BUILT_IN = read_synonyms(
    """
    千问 / 通义千问 / Qwen
    豆包 / Doubao
    文心一言 / ERNIE Bot
    混元 / Hunyuan
    月之暗面 / Moonshot AI
    智谱 / Zhipu
    深度求索 / DeepSeek
    谷歌 / Google
    微软 / Microsoft
    英伟达 / 辉达 / NVIDIA
    亚马逊 / Amazon
    脸书 / Facebook
    苹果公司 / Apple
    特斯拉 / Tesla
    华为 / Huawei
    阿里巴巴 / Alibaba
    腾讯 / Tencent
    百度 / Baidu
    字节跳动 / ByteDance
    小米 / Xiaomi
    三星 / Samsung
    人工智能 / AI / artificial intelligence
    大模型 / 大语言模型 / LLM / large language model
    智能体 / agent
    强化学习 / reinforcement learning
    机器学习 / machine learning
    深度学习 / deep learning
    神经网络 / neural network
    计算机视觉 / computer vision
    提示词 / prompt
    微调 / fine-tuning / fine tuning
    蒸馏 / distillation
    推理 / inference / reasoning
    量化 / quantization
    多模态 / multimodal
    向量数据库 / vector database
    数据库 / database / 资料库
    开源 / open source / open-source
    芯片 / chip / 晶片
    机器人 / robot
    融资 / funding
    软件 / 软体 / software
    硬件 / 硬体 / hardware
    网络 / 网路 / network
    信息 / 资讯 / information
    视频 / 影片 / video
    程序 / 程式 / program
    服务器 / 伺服器 / server
    算法 / 演算法 / algorithm
    浏览器 / browser
    论文 / paper
    """
)
