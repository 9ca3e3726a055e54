//! The doctype: all that it decides is whether a table closes a paragraph.

/// A doctype.
pub(super) struct Doctype {
    /// Place after it.
    pub(super) end: usize,
    /// True when browsers read the page as they did in the last century.
    pub(super) is_quirky: bool,
}

/// Public identifiers that begin like this are quirky; the standard's list, section 13.2.6.4.1, in lower case.
const QUIRKY: [&str; 55] = [
    "+//silmaril//dtd html pro v0r11 19970101//",
    "-//advasoft ltd//dtd html 3.0 aswedit + extensions//",
    "-//as//dtd html 3.0 aswedit + extensions//",
    "-//ietf//dtd html 2.0 level 1//",
    "-//ietf//dtd html 2.0 level 2//",
    "-//ietf//dtd html 2.0 strict level 1//",
    "-//ietf//dtd html 2.0 strict level 2//",
    "-//ietf//dtd html 2.0 strict//",
    "-//ietf//dtd html 2.0//",
    "-//ietf//dtd html 2.1e//",
    "-//ietf//dtd html 3.0//",
    "-//ietf//dtd html 3.2 final//",
    "-//ietf//dtd html 3.2//",
    "-//ietf//dtd html 3//",
    "-//ietf//dtd html level 0//",
    "-//ietf//dtd html level 1//",
    "-//ietf//dtd html level 2//",
    "-//ietf//dtd html level 3//",
    "-//ietf//dtd html strict level 0//",
    "-//ietf//dtd html strict level 1//",
    "-//ietf//dtd html strict level 2//",
    "-//ietf//dtd html strict level 3//",
    "-//ietf//dtd html strict//",
    "-//ietf//dtd html//",
    "-//metrius//dtd metrius presentational//",
    "-//microsoft//dtd internet explorer 2.0 html strict//",
    "-//microsoft//dtd internet explorer 2.0 html//",
    "-//microsoft//dtd internet explorer 2.0 tables//",
    "-//microsoft//dtd internet explorer 3.0 html strict//",
    "-//microsoft//dtd internet explorer 3.0 html//",
    "-//microsoft//dtd internet explorer 3.0 tables//",
    "-//netscape comm. corp.//dtd html//",
    "-//netscape comm. corp.//dtd strict html//",
    "-//o'reilly and associates//dtd html 2.0//",
    "-//o'reilly and associates//dtd html extended 1.0//",
    "-//o'reilly and associates//dtd html extended relaxed 1.0//",
    "-//softquad software//dtd hotmetal pro 6.0::19990601::extensions to html 4.0//",
    "-//softquad//dtd hotmetal pro 4.0::19971010::extensions to html 4.0//",
    "-//spyglass//dtd html 2.0 extended//",
    "-//sq//dtd html 2.0 hotmetal + extensions//",
    "-//sun microsystems corp.//dtd hotjava html//",
    "-//sun microsystems corp.//dtd hotjava strict html//",
    "-//w3c//dtd html 3 1995-03-24//",
    "-//w3c//dtd html 3.2 draft//",
    "-//w3c//dtd html 3.2 final//",
    "-//w3c//dtd html 3.2//",
    "-//w3c//dtd html 3.2s draft//",
    "-//w3c//dtd html 4.0 frameset//",
    "-//w3c//dtd html 4.0 transitional//",
    "-//w3c//dtd html experimental 19960712//",
    "-//w3c//dtd html experimental 970421//",
    "-//w3c//dtd w3 html//",
    "-//w3o//dtd w3 html 3.0//",
    "-//webtechs//dtd mozilla html 2.0//",
    "-//webtechs//dtd mozilla html//",
];

/// These are quirky as a whole,
const QUIRKY_WHOLE: [&str; 3] = ["-//w3o//dtd w3 html strict 3.0//en//", "-/w3c/dtd html 4.0 transitional/en", "html"];
/// this system identifier too,
const QUIRKY_SYSTEM: &str = "http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd";
/// and these where no system identifier follows.
const QUIRKY_ALONE: [&str; 2] = ["-//w3c//dtd html 4.01 frameset//", "-//w3c//dtd html 4.01 transitional//"];

/// Reads the doctype whose keyword ends at `at`.
pub(super) fn read(source: &str, at: usize) -> Doctype {
    let mut reader = Reader { rest: source[at..].trim_start_matches(SPACE) };
    let name = reader.rest.split(|c| SPACE.contains(&c) || c == '>').next().unwrap_or_default();
    reader.skip(name.len());
    let keyword = reader.rest.get(..6).unwrap_or_default().to_ascii_lowercase();
    let (mut public, mut system) = (None, None);
    if matches!(keyword.as_str(), "public" | "system") {
        reader.skip(6);
        if keyword == "public" {
            public = reader.quoted();
        }
        system = reader.quoted();
    }
    let broken = reader.is_broken();
    let end =
        memchr::memchr(b'>', reader.rest.as_bytes()).map_or(source.len(), |o| source.len() - reader.rest.len() + o + 1);
    let is_quirky = broken || !name.eq_ignore_ascii_case("html") || is_quirky(public, system);
    Doctype { end, is_quirky }
}

const SPACE: [char; 4] = [' ', '\n', '\t', '\u{c}'];

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest[bytes..].trim_start_matches(SPACE);
    }

    /// A quoted identifier, if one stands here.
    fn quoted(&mut self) -> Option<&'a str> {
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let body = &self.rest[1..];
        let length = body.find([quote, '>'])?;
        if body.as_bytes()[length] == b'>' {
            return None;
        }
        self.skip(length + 2);
        Some(&body[..length])
    }

    /// True when something stands before the end that does not belong there.
    fn is_broken(&self) -> bool {
        !self.rest.starts_with('>')
    }
}

fn is_quirky(public: Option<&str>, system: Option<&str>) -> bool {
    let public = public.map(str::to_ascii_lowercase);
    let starts = |list: &[&str]| public.as_deref().is_some_and(|p| list.iter().any(|start| p.starts_with(start)));
    public.as_deref().is_some_and(|p| QUIRKY_WHOLE.contains(&p))
        || system.is_some_and(|s| s.eq_ignore_ascii_case(QUIRKY_SYSTEM))
        || starts(&QUIRKY)
        || system.is_none() && starts(&QUIRKY_ALONE)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn quirks() {
        for (text, quirky) in [
            (" html>", false),
            (" HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\">", true),
            (
                " HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" \"http://www.w3.org/TR/html4/loose.dtd\">",
                false,
            ),
            (" html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'>", false),
            (" html SYSTEM \"about:legacy-compat\">", false),
            (">", true),
            (" xml>", true),
        ] {
            let doctype = read(text, 0);
            assert_eq!((doctype.is_quirky, doctype.end), (quirky, text.len()), "{text}");
        }
    }
}
