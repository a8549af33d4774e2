"""Words of video's simulated tenants, in Japanese and English."""

TENANTS = (  # slug, name, time zone, share of the learners, whether they speak Japanese
    ("aoba", "青葉学園", "Asia/Tokyo", 40, True),
    ("northfield", "Northfield College", "Europe/London", 25, False),
    ("midori", "みどり進学塾", "Asia/Tokyo", 17, True),
    ("kestrel", "Kestrel Logistics Training", "Europe/London", 10, False),
    ("sakura", "さくら医療研修センター", "Asia/Tokyo", 8, True),
)
SCALE = (("A", 90.0), ("B", 80.0), ("C", 70.0), ("D", 60.0), ("F", 0.0))

FAMILY_JA = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田")
GIVEN_JA = ("陽菜", "結衣", "葵", "凛", "美咲", "翔太", "蓮", "大翔", "悠真", "健太", "楓", "直樹", "遥", "光", "律")
FAMILY_EN = ("Smith", "O'Brien", "Garcia", "Müller", "Brown", "Novák", "Kim", "Patel", "Johnson", "Silva")
GIVEN_EN = ("Emma", "Olivia", "Noah", "Liam", "Ava", "Lucas", "Amelia", "Zoë", "Omar", "Priya", "Jonas")

LESSONS_JA = ("一次関数", "図形の証明", "確率", "二次方程式", "データの活用", "三角比", "数列", "微分のはじめ")
LESSONS_EN = (
    "Linear functions", "Proof in geometry", "Probability", "Quadratics", "Reading data", "Trigonometry", "Sequences", "Rates of change",
)  # fmt: skip
ABOUT_JA, ABOUT_EN = "{}を動画と問題で学ぶ。", "{} in videos and questions."
COMMON_JA, COMMON_EN = "はじめに", "Welcome"
PARTS_JA = ("導入", "考え方", "例題", "練習", "応用", "まとめ")
PARTS_EN = ("Introduction", "The idea", "Worked example", "Practice", "Going further", "Summary")
STOPS_JA, STOPS_EN = "確認問題 {}", "Check {}"
PROMPTS_JA = ("「{}」について正しいものを答えなさい。", "「{}」のこの場面で何が分かりますか。", "「{}」の次の手順はどれですか。")
PROMPTS_EN = ("Which of these is true of “{}”?", "What does this scene of “{}” show?", "What is the next step in “{}”?")
WORDS_JA, WORDS_EN = ("傾き", "切片", "頂点", "平均", "公式", "証明"), ("slope", "intercept", "vertex", "mean", "formula", "proof")
COMMENTS = ("よい問題です。", "Clear and to the point.", "選択肢があいまいです。", "Wording to be checked.")
FAILURES = ("rate_limited", "timeout", "malformed_output", "content_filter")
PAGES = ("/home", "/lessons", "/progress", "/grades", "/profile")
