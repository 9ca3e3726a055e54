//! Does a line of text hold a date, and where in it? Recognises; `dates` reads.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Where in its line a date stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The line is a date and little else.
    Alone,
    /// It begins the line.
    Lead,
    /// It ends the line.
    Trail,
    /// Text on both sides.
    Inside,
}

/// A date found in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LineDate {
    /// Bytes of the date in the line.
    pub(super) span: Range<usize>,
    /// Where it stands.
    pub(super) place: Place,
}

/// Letters and digits left beside a date that stands [`Place::Alone`]: "Posted on", a weekday, "5 min".
const ALONE_REST_CHARS: usize = 12;

/// Longer lines are body text, whatever dates they mention.
const MAX_LINE_BYTES: usize = 400;

const MONTHS: &str = "january|february|march|april|may|june|july|august|september|october|november|december|\
jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|\
januar|jänner|februar|feber|märz|mai|juni|juli|oktober|dezember|jän|mär|mrz|okt|dez|\
janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|janv|févr|avr|juil|déc|\
enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|ene|abr|ago|dic|\
janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|fev|set|out|\
gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|gen|mag|giu|lug|ott|\
januari|februari|maart|mei|augustus|mrt|maj|augusti|marts|desember|des|\
stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|\
января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|янв|фев|мар|апр|июн|июл|авг|сен|окт|ноя|дек|\
януари|февруари|март|април|май|юни|юли|август|септември|октомври|ноември|декември|\
січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня|\
ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|\
ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince|\
ianuarie|februarie|martie|aprilie|iunie|iulie|septembrie|octombrie|noiembrie|decembrie|\
január|február|március|április|május|június|július|augusztus|szeptember|október|november|\
tammikuuta|helmikuuta|maaliskuuta|huhtikuuta|toukokuuta|kesäkuuta|heinäkuuta|elokuuta|syyskuuta|lokakuuta|marraskuuta|joulukuuta|\
maret|agustus|जनवरी|फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर|\
يناير|فبراير|مارس|أبريل|ابريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر|\
ιανουαρίου|φεβρουαρίου|μαρτίου|απριλίου|μαΐου|ιουνίου|ιουλίου|αυγούστου|σεπτεμβρίου|οκτωβρίου|νοεμβρίου|δεκεμβρίου|\
ינואר|פברואר|מרץ|אפריל|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר";

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let month = format!(r"(?:{MONTHS})(?:\.|\b)");
    let year = r"(?:19|20)\d\d";
    let day = r"(?:[0-3]?\d)(?:st|nd|rd|th|\.|º|er)?";
    let unit = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|jaar|jaren|dagen|weken|maanden|uur|minuten|\p{L}{2,9})";
    let patterns = [
        format!(r"{year}[-/.][01]?\d[-/.][0-3]?\d(?:[T ]\d\d:\d\d(?::\d\d)?(?: ?[+-]\d\d:?\d\d|Z)?)?"),
        format!(r"{year} ?[年년] ?\d{{1,2}} ?[月월] ?(?:\d{{1,2}} ?[日일])?"),
        r"\d{1,2} ?[月월] ?\d{1,2} ?[日일]".to_owned(),
        format!(r"[0-3]?\d[-/.] ?[0-3]?\d[-/.] ?(?:{year}|\d\d)"),
        format!(r"{day} ?[-/]?(?:de |of |d’|d')?{month}[ ,/-]*(?:de |del )?(?:{year}|’?\d\d\b)?"),
        format!(r"\b{month}[ /-]?{day}\b,?(?: ?{year})?"),
        format!(r"\b{month},? (?:de )?{year}"),
        format!(r"\d+ {unit} (?:ago|fa|atrás|назад|temu|önce|trước|geleden|sedan|siden|lalu|yang lalu|πριν)"),
        r"(?:vor|hace|il y a|há|pred) \d+ \p{L}{2,9}".to_owned(),
        r"\d+ ?(?:秒|分钟|分鐘|小时|小時|天|日|週|周|个月|個月|月|年|時間|分|ヶ月|か月)前".to_owned(),
        r"\d+ ?(?:분|시간|일|주|개월|년) 전".to_owned(),
        r"\b(?:yesterday|today|gestern|heute|vorgestern|aujourd'hui|ayer|hoy|ontem|hoje|ieri|oggi|gisteren|vandaag|wczoraj|dzisiaj|вчера|сегодня|dün|bugün|昨天|今天|昨日|今日|어제|오늘)\b,? ?(?:\d{1,2}[:.]\d\d)?".to_owned(),
        r"^[01]\d-[0-3]\d$".to_owned(),
        r"^\d{1,2}:\d\d\b(?: ?[ap]\.?m\.?| uhr)?".to_owned(),
        r"\d{1,2} ?tháng ?\d{1,2},? ?(?:\d{4})?".to_owned(),
    ];
    Regex::new(&format!("(?i){}", patterns.join("|"))).expect("the pattern is a literal")
});

/// The first date of a line.
pub(super) fn find(text: &str) -> Option<LineDate> {
    if text.len() > MAX_LINE_BYTES || !text.contains(|c: char| c.is_numeric() || c.is_alphabetic()) {
        return None;
    }
    let found = DATE.find(text).filter(|found| !is_part_of_name(text, found.range()))?;
    let rest = |part: &str| part.chars().filter(|c| c.is_alphanumeric()).count();
    let (before, after) = (rest(&text[..found.start()]), rest(&text[found.end()..]));
    let place = match (before, after) {
        _ if before + after <= ALONE_REST_CHARS => Place::Alone,
        (0..=2, _) => Place::Lead,
        (_, 0..=2) => Place::Trail,
        _ => Place::Inside,
    };
    Some(LineDate { span: found.range(), place })
}

/// True for the last word of a name: "Nature Today". A word for a day is written small where it follows others.
fn is_part_of_name(text: &str, date: Range<usize>) -> bool {
    let (before, word) = (&text[..date.start], &text[date]);
    let shouts = !text.contains(char::is_lowercase);
    before.contains(char::is_alphabetic)
        && word.starts_with(char::is_uppercase)
        && word.trim().chars().all(char::is_alphabetic)
        && !shouts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_many_languages_are_seen() {
        for text in [
            "2017-12-29",
            "Wednesday, October 21, 2015",
            "16 września 2014",
            "maio 4, 2023",
            "9th Sep 2024",
            "vor 13 Stunden",
            "2 years ago",
            "2023年5月10日",
            "30 de septiembre de 2007",
            "09:33",
            "Aug 13 2013",
            "июня 2023: 5 июня 2023",
        ] {
            assert!(find(text).is_some(), "{text}");
        }
    }

    #[test]
    fn the_place_of_a_date_is_told() {
        let place = |text| find(text).map(|d| d.place);
        assert_eq!(place("Posted on 5 May 2021"), Some(Place::Alone));
        assert_eq!(place("Bridge over the river reopens Oct 5"), Some(Place::Trail));
        assert_eq!(place("30/11/2020 Bridge over the river reopens"), Some(Place::Lead));
        assert_eq!(place("Version 0.4 of the bridge"), None);
        assert_eq!(place("Nature Today"), None);
        assert_eq!([place("Updated today"), place("UPDATED TODAY"), place("Today")], [Some(Place::Alone); 3]);
    }
}
