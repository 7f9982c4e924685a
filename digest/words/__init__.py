"""Which words are meant, and where do they stand? Folding, tokens, plans and highlighting for search: pure and total."""

from digest.words.filters import Filters, IssueFilter, Range, matching_sections, read_range
from digest.words.folding import Folded, fold, fold_map, simplified
from digest.words.marking import Snippet, Span, marked, snippet, spans, window
from digest.words.phrases import Phrase, elements
from digest.words.plan import Alternative, Group, Plan, plan
from digest.words.synonyms import BUILT_IN, Synonyms, read_synonyms
from digest.words.tokens import TOKENISER, extra, is_chinese, stem, tokens

__all__ = [
    "BUILT_IN",
    "TOKENISER",
    "Alternative",
    "Filters",
    "Folded",
    "Group",
    "IssueFilter",
    "Phrase",
    "Plan",
    "Range",
    "Snippet",
    "Span",
    "Synonyms",
    "elements",
    "extra",
    "fold",
    "fold_map",
    "is_chinese",
    "marked",
    "matching_sections",
    "plan",
    "read_range",
    "read_synonyms",
    "simplified",
    "snippet",
    "spans",
    "stem",
    "tokens",
    "window",
]
