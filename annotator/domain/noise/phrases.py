"""Noise told by what pages say: the words of buttons, counters, bylines, credits and updates.

A rule of this kind looks at a short line as a whole, so that the same words inside a sentence of
the text never count. The words are those of English, Russian, Romanian, Lithuanian, Polish, German,
French, Spanish, Greek and Chinese pages.
"""

import re
from dataclasses import dataclass
from typing import Final

from annotator.domain.noise.finding import Finding, Surroundings
from annotator.domain.noise.lines import DECORATION, ends_a_sentence

AT_MOST: Final = 160
# On the labelled pages two in three are noise, the others subheadings and titles.
CAPTION_ABOVE: Final = 0.6
_CREDIT_AT_MOST: Final = 400
_NAME: Final = r"[^\W\d_a-z][\w'’.-]*"
_NAMES: Final = rf"{_NAME}(?:[ ,&]+(?:and |și |ir |i |и |και |de |van |von )?{_NAME}){{1,5}}"
_SIZE: Final = r"\d+(?:[.,]\d+)?\s?(?:[kmg]i?b|[кмг]б|[km]o)\b"


@dataclass(frozen=True)
class Phrase:
    """`pattern` is matched from the first character that is no space, bullet or mark."""

    noise_type: str
    probability: float
    reason: str
    pattern: re.Pattern[str]


def _phrase(noise_type: str, probability: float, reason: str, pattern: str) -> Phrase:
    return Phrase(noise_type, probability, reason, re.compile(pattern, re.IGNORECASE))


# The first that fits gives the reason.
PHRASES: Final = (
    _phrase(
        "widget", 0.9, "A count of votes or a rating.",
        r"\(?\s*(?:"
        r"(?:votes?|rating|голос\w*|рейтинг|оценк\w*|voturi|balsa\w*|ocena|głos\w*)\s*:\s*[\d.,]+"
        r"|\d+\s+(?:votes?|ratings?|голос\w*|voturi|balsa\w*|głos\w*|ψήφοι|stimmen)\b"
        r")[^.!?]*(?:[\d.,]+)?[^.!?]*\Z",
    ),
    _phrase(
        "poll", 0.95, "A count with its percentage, as in the results of a poll.",
        r"\d[\d\s.,]*\(\s*\d+(?:[.,]\d+)?\s*%\s*\)\s*\Z",
    ),
    _phrase(
        "poll", 0.9, "The heading of a poll.",
        r"(?:poll|survey|reader poll|опрос|голосование|sondaj|apklausa|sonda|ankieta|umfrage|"
        r"sondage|encuesta|δημοσκόπηση|投票)(?: conducted| results| проведен\w*|s)?\s*:?\s*\Z",
    ),
    _phrase(
        "widget", 0.97, "A button to rate.",
        r"(?:rate|оцените|оценить|evaluează|oceń|bewerten|įvertinkite)(?: (?:this|эту|этот|acest|"
        r"ten|diesen|šį)? ?(?:article|page|post|story|статью|материал|articol\w*|artykuł|artikel|"
        r"straipsnį))?\s*:?\s*\Z",
    ),
    _phrase(
        "widget", 0.96, "A button to share.",
        r"(?:share|tweet|поделиться|поделитесь|distribuie|dalintis|pasidalinti|udostępnij|teilen|"
        r"partager|compartir|κοινοποίηση|κοινοποιήστε|分享|转发)"
        r"(?:\s*(?:this|on|via|in|to|в|на|pe|w|auf|sur|en|到|:|the|article|page|post|story|"
        r"facebook|twitter|x|linkedin|telegram|whatsapp|email|vk|статьей|articolul|artikel))*"
        r"\s*:?\s*\Z",
    ),
    _phrase(
        "widget", 0.96, "A button to print.",
        r"(?:print|print(?:er)?[ -](?:this|version|friendly|page|article)[\w -]*|"
        r"версия для печати|распечатать|печать|imprimă|printează|tipărește|spausdinti|"
        r"drukuj|wydrukuj|drucken|imprimer|imprimir|εκτύπωση|打印)"
        r"(?:\s+(?:print|page|this page|article|this article))?\s*\Z",
    ),
    _phrase(
        "download", 0.9, "A file to fetch.",
        r"(?:download\s+)?(?:download|скачать|загрузить|descarcă|descărcați|atsisiųsti|parsisiųsti|"
        r"pobierz|herunterladen|télécharger|descargar|λήψη|下载)(?:\s+[^.!?]{0,40})?\s*\Z",
    ),
    _phrase("metadata", 0.6, "Only the size of a file.", rf"\(?\s*{_SIZE}\s*\)?\s*\Z"),
    _phrase(
        "download", 0.93, "A title that ends in the size of a file.",
        rf".*[,(\s–—-]\s*{_SIZE}\s*\)?\s*\Z",
    ),
    _phrase(
        "metadata", 0.9, "A line about when the page was updated or published.",
        r"(?:last |page )?(?:update[ds]?|modified|published|posted|обновлено|опубликовано|изменено|"
        r"actualizat|publicat|atnaujinta|paskelbta|publikuota|zaktualizowano|aktualizacja|"
        r"opublikowano|"
        r"aktualisiert|veröffentlicht|mis à jour|publié|actualizado|publicado|ενημέρωση|δημοσίευση|"
        r"更新|发布)(?: on| at| in| la| le| el| am|"
        r" date)?\s*(?:时间)?\s*:?\s*[^.!?]{0,30}\d[^!?]{0,40}\Z",
    ),
    _phrase(
        "credits", 0.95, "A notice of copyright.",
        r"(?:©|\(c\)|copyright\b|all rights reserved|все права защищены|toate drepturile rezervate|"
        r"visos teisės saugomos|wszelkie prawa zastrzeżone|alle rechte vorbehalten|"
        r"tous droits réservés|版权所有)",
    ),
    _phrase(
        "caption", 0.93, "The credit of a picture.",
        r"(?:(?:photo|image|picture|video|фото|фотография|иллюстрация|foto|imagine|nuotrauka|"
        r"zdjęcie|fot\.|bild|photographie|imagen|φωτογραφία|图)"
        r"(?:\s*(?:source|credits?|by|sursa|autor|из))?\s*[:©]"
        r"|(?:photo|image|picture)s?\s+(?:courtesy|credit|by)\b"
        r"|(?:sursa|źródło|šaltinis)\s+(?:foto|zdjęcia|nuotraukos)\b)[^.!?]{0,90}\.?\s*\Z",
    ),
    _phrase(
        "caption", 0.9, "The name of a picture agency.",
        r"[^.!?]{0,60}(?:/|\(|\||©|\bvia )\s*(?:getty(?: images)?|reuters|afp|ap|ap photo|epa|"
        r"scanpix|shutterstock|alamy|tass|тасс|риа новости|xinhua|bloomberg|istock|unsplash|pap)"
        r"(?:\s+(?:images|photo|stock photo))?\s*\)?\s*\Z",
    ),
    _phrase(
        "caption", 0.9, "The name of a logo.",
        r"(?:[\w-]+\s){0,4}logo(?:\s[\w-]+){0,2}\s*\Z",
    ),
    _phrase(
        "author_bio", 0.85, "The degree or post of an author.",
        r"(?:ph\.?\s?d\.?|(?:assistant |associate )?professor|"
        r"(?:senior |research |visiting )+fellow|"
        r"(?:independent |senior |political )+(?:analyst|researcher|expert)|"
        r"кандидат \w+ наук|доктор \w+ наук)(?=[\s,]|\Z)[^.!?]{0,120}\Z",
    ),
    _phrase(
        "cross_link", 0.85, "A line that sends the reader elsewhere.",
        r"(?:[^.!?]{0,90}\b)?(?:(?:please )?click here|press here|нажмите здесь|по ссылке здесь|"
        r"apasă aici|click aici|spauskite čia|kliknij tutaj|hier klicken|cliquez ici|"
        r"haga clic aquí|"
        r"点击这里|点击此处)\b[^.!?]{0,40}[.!]?\s*\Z",
    ),
    _phrase(
        "navigation", 0.93, "A link to the text in another language.",
        r"(?:read (?:it |this )?in (?:english|russian|romanian|chinese)|читать (?:на|по)[- ]\w+|"
        r"citește în \w+|skaityti \w+|czytaj po \w+|阅读(?:英文|中文|俄文)版?)\s*\Z",
    ),
    _phrase(
        "banner", 0.9, "A line that asks to subscribe, follow or give.",
        r"(?:subscribe|sign up|follow us|support us|donate|become a (?:member|patron)|"
        r"подпи(?:шитесь|саться|сывайтесь)|поддержите|abonează-te|abonați-vă|susține|prenumeruok|"
        r"subskrybuj|obserwuj nas|abonnieren|abonnez-vous|suscríbete|εγγραφείτε|ακολουθήστε|"
        r"订阅|关注)[^.!?]{0,80}[.!]?\s*\Z",
    ),
)  # fmt: skip

_BYLINE = re.compile(
    rf"(?:(?i:by|автор\w*|autor\w*|text|текст|de|par|von|por|autorius|του|"
    rf"作者)\s*:?\s+)(?P<names>{_NAMES})"
    rf"(?P<rest>[\s,|/·•–—-]*[^.!?]{{0,60}})\s*\Z"
)
_TAGGED_NAME = re.compile(rf"#[\w-]+(?:\s[\w-]+)?\s*[/|]\s*(?P<names>{_NAMES})\s*\Z")
_LABEL = re.compile(
    r"(?:(?:academic|managing|lead|chief|publishing|scientific|news|copy|literary)[ -])?"
    r"(?:editors?(?: in chief| team)?|compilers?|translat(?:ed by|ors?)|proofread\w*|designers?|"
    r"design|layout|reviewers?|contributors?|редактор\w*|составител\w*|перевод\w*|корректор\w*|"
    r"верстка|редакци\w*|editori?|redactori?|traducere|traducător\w*|redaktor\w*|tłumaczenie|"
    r"vertėja\w*|redaktori\w*|redaktion|übersetz\w*|traduction|编辑|责任编辑|翻译)"
    r"(?:\s*\([^)]*\))?\s*[:：]\s*(?P<rest>[^!?]{0,200})\Z",
    re.IGNORECASE,
)
# Letters of other scripts that look like Latin ones, so that a disguised label is still read.
_ALIKE: Final = str.maketrans("АВЕКМНОРСТХаеорсух", "ABEKMHOPCTXaeopcyx")


def said_by_pages(around: Surroundings, position: int) -> Finding | None:
    line = around.short_line(position)
    if line is None:
        return None
    for phrase in PHRASES:
        if phrase.pattern.match(line):
            return Finding(phrase.noise_type, phrase.probability, phrase.reason)
    return None


def captioned(around: Surroundings, position: int) -> Finding | None:
    """A short line above the credit of a picture, or above one that stands above it."""
    if not _above_a_credit(around, position, lines=2):
        return None
    return Finding("caption", CAPTION_ABOVE, "It stands above the credit of a picture.")


def _above_a_credit(around: Surroundings, position: int, *, lines: int) -> bool:
    below = position + 1
    if below >= len(around.pieces) or ends_a_sentence(around.pieces[position].text):
        return False
    if around.short_line(position) is None or position < around.body.start:
        return False
    found = said_by_pages(around, below)
    if found is not None:
        return found.noise_type == "caption"
    return lines > 1 and _above_a_credit(around, below, lines=lines - 1)


def byline(around: Surroundings, position: int) -> Finding | None:
    """A name after “By” or a tag; a sentence that begins so (“By Friday …”) ends in a full stop."""
    text = around.pieces[position].text
    if len(text) > AT_MOST or ends_a_sentence(text) or not _beside_the_body(around, position):
        return None
    if _BYLINE.match(text.strip(DECORATION)) or _TAGGED_NAME.match(text.strip()):
        return Finding("byline", 0.93, "The line names an author.")
    return None


def credit(around: Surroundings, position: int) -> Finding | None:
    """“Editors:”, with the names on the same line or the next one."""
    if _is_label(around, position):
        return Finding("credits", 0.93, "The line says who edited, translated or made the text.")
    if position and _is_label(around, position - 1):
        text = around.pieces[position].text
        alone = around.pieces[position - 1].text.rstrip().endswith((":", "："))
        if alone and len(text) <= _CREDIT_AT_MOST and not ends_a_sentence(text):
            return Finding("credits", 0.9, "The line above announces who worked on the text.")
    return None


def _is_label(around: Surroundings, position: int) -> bool:
    text = around.pieces[position].text
    if len(text) > _CREDIT_AT_MOST or not (":" in text or "：" in text):
        return False
    line = text.strip(DECORATION)
    return _LABEL.match(line) is not None or _LABEL.match(line.translate(_ALIKE)) is not None


def _beside_the_body(around: Surroundings, position: int) -> bool:
    """Inside the body “By Monday” or “De Gaulle” may begin a subheading."""
    body = around.body
    return not body or position <= body.start + 1 or position >= body.stop
