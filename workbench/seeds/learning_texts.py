"""Words of the learning platform's simulated materials, in Japanese and English."""

SUBJECTS = ("biology", "history", "mathematics", "programming", "economics", "japanese")
TITLES_JA = (
    "細胞のしくみ", "光合成と呼吸", "明治維新", "世界大戦の時代", "二次関数", "確率と統計の基礎", "Python入門", "データベース設計",
    "需要と供給", "金融政策", "古典文法", "敬語の使い方",
)  # fmt: skip
TITLES_EN = (
    "How cells work", "Photosynthesis and respiration", "The Meiji Restoration", "The age of world wars", "Quadratic functions",
    "Foundations of probability", "A first course in Python", "Designing databases", "Supply and demand", "Monetary policy",
    "Classical grammar", "Polite language",
)  # fmt: skip
SECTIONS_JA = ("はじめに", "基本の考え方", "くわしい説明", "例題", "よくある間違い", "応用", "まとめ", "確認問題")
SECTIONS_EN = (
    "Introduction", "The basic idea", "In detail", "Worked examples", "Common mistakes", "Applications", "Summary", "Check yourself",
)  # fmt: skip
PROSE_JA = "「{title}」の{section}。ここでは{title}について、図と例を使って順に学びます。大切な用語は太字で示しました。"
PROSE_EN = "{section} of “{title}”. This part explains the subject step by step, with figures and examples; key terms are set in bold."
COMMENTS_JA = ("わかりやすかったです。", "説明が短すぎます。", "答えが間違っていると思います。", "図がほしい。")
COMMENTS_EN = ("Clear and short.", "The explanation is too brief.", "I think the answer is wrong.", "A figure would help.")
