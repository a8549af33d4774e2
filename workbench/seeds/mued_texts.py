"""Words of MUED's simulated school, in Japanese and English. A pool holds one language; the n-th entries of two pools need not match."""

from itertools import product

import numpy as np
import pyarrow as pa

from workbench.seeds.draw import text_column

INSTRUMENTS = ("piano", "guitar", "voice", "dtm", "violin", "drums", "bass", "saxophone")
INSTRUMENT_SHARES = (26, 20, 16, 14, 8, 7, 5, 4)

FAMILY_JA = (
    "佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田", "佐々木", "山口", "松本", "井上",
    "木村", "林", "斎藤", "清水", "山崎", "森", "池田", "橋本", "阿部", "石川", "前田", "藤田", "小川", "岡田",
)  # fmt: skip
GIVEN_JA = (
    "陽菜", "結衣", "葵", "凛", "さくら", "美咲", "七海", "莉子", "翔太", "蓮", "大翔", "悠真", "陸", "湊", "健太", "拓海", "彩", "楓",
    "直樹", "誠", "恵", "純", "ひなた", "千尋", "遥", "光", "響", "奏", "律", "詩織",
)  # fmt: skip
GIVEN_EN = ("Emma", "Olivia", "Noah", "Liam", "Ava", "Mia", "Lucas", "Amelia", "Leo", "Zoë", "Ruth", "Omar", "Ines", "Jonas", "Priya")
FAMILY_EN = ("Smith", "O'Brien", "Garcia", "Müller", "Brown", "Rossi", "Novák", "Kim", "Patel", "Johnson", "Dubois", "Lindqvist", "Silva")

TOPICS_JA = (
    "左手の分散和音", "サビのコード進行", "ハ長調の音階", "裏拍の取り方", "ビブラート", "腹式呼吸", "ミックスの低音", "ペダルの踏み替え",
    "三連符", "イントロのメロディー", "リバーブの深さ", "運指", "強弱の付け方", "転調", "即興", "ドラムのフィル", "声の抜け", "耳コピ",
)  # fmt: skip
TOPICS_EN = (
    "left-hand arpeggios", "the chord progression of the chorus", "the C major scale", "off-beat timing", "vibrato", "breath support",
    "the low end of the mix", "pedal changes", "triplets", "the intro melody", "reverb depth", "fingering", "dynamics", "modulation",
)  # fmt: skip

ASKED_JA = (
    "{}がうまくいきません。どう練習すればいいですか。", "{}のコツを教えてください。", "{}について、今日のセッションの改善点は？",
    "{}を10分で練習するメニューを作ってください。", "{}の参考になる教材はありますか。",
)  # fmt: skip
ASKED_EN = ("How should I practise {}?", "What went wrong with {} in today's session?", "Give me a ten-minute plan for {}.")
ANSWERED_JA = (
    "{}は、まずテンポを6割に落として、拍の頭だけをそろえる練習から始めましょう。教材の譜例を参考に、1日5分を3日続けてみてください。",
    "録音を聴くと、{}の入りが少し遅れています。メトロノームを裏拍で鳴らし、4小節ずつ区切って確認すると安定します。",
    "{}については、先生の記事に良い例があります。片手ずつ、次に両手でゆっくり、最後に録音して聴き返す順がおすすめです。",
    "前回より{}が安定しています。次は強弱をつけて、同じ区間を3回続けて弾けるか試してください。",
)  # fmt: skip
ANSWERED_EN = (
    "Start {} at sixty per cent of the tempo and line up the first beat of every bar; five minutes a day for three days is enough.",
    "In the recording {} comes in slightly late. Put the metronome on the off-beats and work in groups of four bars.",
    "There is a good example of {} in the material cited. Hands apart first, then together slowly, then record yourself and listen.",
)
QUOTED = ("テンポを落として拍の頭をそろえる", "Listen back before you play it again.", "4小節ずつ区切って確認する", "左手だけで三回")

LOGGED_JA = (
    "{}を練習した。少しずつ手が動くようになってきた。", "{}が今日は全然だめだった。疲れているのかも。",
    "先生に{}をほめられた！うれしい。",
    "{}の録音を聴き返した。思ったより走っている。", "{}を新しい曲に使ってみた。サビの前に入れるとよさそう。",
    "発表会まであと少し。{}を仕上げたい。",
)  # fmt: skip
LOGGED_EN = (
    "Worked on {}. It is slowly getting into my fingers.", "{} went badly today, perhaps I am just tired.",
    "Tried {} in the new song; it sits well before the chorus.", "Listened back to {}: I rush more than I thought.",
)  # fmt: skip
TITLES_JA = ("今日の練習", "気づいたこと", "レッスンのメモ", "曲のアイデア", "振り返り")
TITLES_EN = ("Practice", "What I noticed", "Lesson notes", "Idea", "Looking back")
TAGS = ("基礎", "rhythm", "録音", "発表会", "harmony", "warm-up", "作曲", "technique")
SESSIONS_JA = ("夜の練習", "新曲のデモ", "サビの録り直し", "基礎練習", "ミックス調整")
SESSIONS_EN = ("Evening practice", "Demo of the new song", "Chorus, take two", "Scales", "Mix check")

MUSICAL_KEYS = ("C major", "A minor", "G major", "E minor", "F major")
THEMES = ("structure", "harmony", "rhythm", "melody", "sound", "technique", "intention", "feeling")
QUESTIONS_JA = ("{}で一番意識したことは何ですか。", "{}は前回と比べてどう変わりましたか。", "{}を選んだ理由を教えてください。")
QUESTIONS_EN = ("What did you pay most attention to in {}?", "How has {} changed since last time?", "Why did you choose {}?")
REPLIES_JA = (
    "{}を安定させたかったので、ゆっくり弾きました。", "{}は少しだけ楽になりました。まだ速いと崩れます。", "{}の響きが好きだからです。",
    "特に{}は考えていませんでしたが、聴き返すと良かったです。",
)  # fmt: skip
REPLIES_EN = ("I slowed down to steady {}.", "{} feels easier, but it falls apart when fast.", "I simply like how {} sounds.")

MESSAGES_JA = (
    "今日のレッスンありがとうございました。次回までに{}をもう一度見ておきます。",
    "{}、とても良くなっていましたよ。次は少しテンポを上げましょう。",
    "次回のレッスンで{}を見ていただけますか。", "{}の音源を送ります。感想を聞かせてください。",
)  # fmt: skip
MESSAGES_EN = ("Thank you for the lesson. I will go over {} again.", "{} has improved a lot; a little faster next time.")
MATERIALS_JA = ("{}入門", "{}の基礎練習", "やさしい{}", "{}を聴く・弾く")
MATERIALS_EN = ("First steps: {}", "Ten exercises for {}", "Understanding {}")


def combine(templates: tuple[str, ...], topics: tuple[str, ...]) -> list[str]:
    """Every template with every topic.

    >>> combine(("{}?",), ("a", "b"))
    ['a?', 'b?']
    """
    return [template.format(topic) for template, topic in product(templates, topics)]


def simple(japanese: tuple[str, ...], english: tuple[str, ...]) -> tuple[list[str], int]:
    """Texts without a topic, as `both` returns them."""
    return [*japanese, *english], len(japanese)


def both(japanese: tuple[str, ...], english: tuple[str, ...]) -> tuple[list[str], int]:
    """All texts of a kind, Japanese before English, and where the English ones begin."""
    first = combine(japanese, TOPICS_JA)
    return first + combine(english, TOPICS_EN), len(first)


def choose(rng: np.random.Generator, kind: tuple[list[str], int], english: np.ndarray) -> pa.Array:
    """A text of a kind (see `both`) for each person, in their language."""
    pool, boundary = kind
    low, high = np.where(english, boundary, 0), np.where(english, len(pool), boundary)
    return text_column(pool, rng.integers(low, high))
