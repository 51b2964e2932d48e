"""chrF++ by sacrebleu on sentences of our own in the 12 languages, for test/unit/scoring/chrf.test.ts.

    pip install sacrebleu==2.6.0
    python make_chrf.py
"""

import importlib.metadata
import json
import pathlib

from sacrebleu.metrics import CHRF

# language, response, reference
pairs = [
    ("ar", "القاهرة هي عاصمة مصر.", "عاصمة مصر هي القاهرة."),
    ("zh", "巴黎是法国的首都。", "法国的首都是巴黎。"),
    ("cs", "Hlavním městem Česka je Praha!", "Hlavní město České republiky je Praha."),
    ("en", "The cat (a black one) sat on the mat.", "A black cat sat on the mat, again."),
    ("et", "Eesti pealinn on Tallinn.", "Tallinn on Eesti pealinn."),
    ("fi", "Suomen pääkaupunki on Helsinki, tietenkin.", "Helsinki on Suomen pääkaupunki."),
    ("he", "ירושלים היא בירת ישראל", "בירת ישראל היא ירושלים."),
    ("hi", "भारत की राजधानी नई दिल्ली है।", "नई दिल्ली भारत की राजधानी है।"),
    ("it", "L'acqua bolle a 100 gradi.", "L’acqua bolle a cento gradi."),
    ("ru", "Столица России - Москва", "Москва — столица России."),
    ("es", "¿Dónde está el perro? ¡Aquí!", "¿Dónde está el gato?"),
    ("sw", "Mji mkuu wa Kenya ni Nairobi.", "Nairobi ni mji mkuu wa Kenya."),
    # Edges: the same, nothing in common, empty, one letter, spaces only, astral characters, odd white space.
    ("en", "Same text.", "Same text."),
    ("en", "xyz", "qwv"),
    ("en", "", "Something."),
    ("en", "a", "a b c"),
    ("en", "   ", "Something."),
    ("en", "🙂🙃 ok", "🙂 ok 🙃"),
    ("en", "one\u00a0two\u2003three\nfour\tfive", "one two three four five"),
    ("en", "\"quoted\" 'words' -- (here)", "quoted words (here)"),
]

chrf = CHRF(char_order=6, word_order=2, beta=2)
rows = [
    {
        "language": language,
        "response": response,
        "reference": reference,
        "score": chrf.sentence_score(response, [reference]).score,
    }
    for language, response, reference in pairs
]
out = pathlib.Path(__file__).parent / "chrf.json"
values = {"sacrebleu": importlib.metadata.version("sacrebleu"), "pairs": rows}
out.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
