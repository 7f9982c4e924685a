"""What people may type that must never raise and never act as syntax (search.md §9)."""

HOSTILE = [
    "", " ", "\u3000", '"', '""', '"""', "'", "''", '"' * 5000, 'a "b', "“a", "a”", "';--", '"; DROP TABLE',
    "*", "**", "a*", "*a", "^", "^a", "NEAR(", "NEAR(a b, 5)", "AND", "OR", "NOT", "AND AND", "a AND", "OR b",
    "NOT NOT a", "(", "((", "a) OR (b", "(" * 5000, ":", "title:x", "nosuch:x", "section:", 'section:"',
    "section:%", "issue:%", "issue:", "from:", "from:2026-13-45", "from:02-30", "to:99999-99-99", "from:0000",
    "from:9999-12 to:0001", "from:2026-03 to:2026-01", "-", "--", "-a", "- a", '-""', "-a " * 4000,
    "{a b}:c", "[x]", "\\", "%", "_", "&", "|", "!", "<->", "a:*", "$1", "%s", "?", ":x", "@x", "#",
    "c++", "c#", ".net", "...", "。。。", "、", "🙂", "👨‍👩‍👧‍👦", "🇨🇳🇨", "\0", "a\0b", "\x01\x1b", "\ud800", "a\udfffb", "\u202eabc",
    "\u200b", "\u0301a", "𠮷", "ﷺ", "ß", "İ", "ǅ", "½", "㎏", "㍿", "①", "Ⅷ", "𝐀𝒷𝟙", "a" * 10_000,
    "中" * 10_000, "word " * 3000, "http://", "https://[", "https://[::1", "https://a.example/" + "x" * 5000,
    "https://例え.テスト/道", "javascript:alert(1)", "http://a:99999/", "http://%zz/%", "<b>", "</b><script>", "&lt;",
    "@everyone", "<@1>", "||x||", "`x`", "[a](http://b)", "/search", "a\nb\tc", "null", "None", "0", "-1", "1e309",
    "../../etc/passwd", "猫*", '猫"', "大模型-", "a-b_c/d'e", "v1", "v", "v.", "1.2.3.4.5", "的的的的的", "的和与及",
]  # fmt: skip
