"""Which words are meant, and where do they stand? Folding, tokens, plans and highlighting for search: pure and total."""

from digest.words.folding import Folded, fold, fold_map, simplified
from digest.words.tokens import TOKENISER, extra, stem, tokens

__all__ = ["TOKENISER", "Folded", "extra", "fold", "fold_map", "simplified", "stem", "tokens"]
