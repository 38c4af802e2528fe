//! Simple HTML: tags without attributes, and the entities that everybody writes. It is what most descriptions are, and is told
//! apart in a tenth of the time that a tokenizer takes. What is not simple in any way is for html5gum, which gives the same.

use memchr::{memchr, memchr2};

/// A piece of HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// The name of a tag that opens an element.
    Start(&'a str),
    /// The name of a tag that closes one.
    End(&'a str),
    /// Text, entities as what they stand for.
    Words(&'a str),
}

/// Entities, and what they stand for (WHATWG HTML, section 13.5).
const ENTITIES: [(&str, &str); 12] = [
    ("&nbsp;", "\u{a0}"),
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&rsquo;", "’"),
    ("&eacute;", "é"),
    ("&egrave;", "è"),
    ("&agrave;", "à"),
    ("&ecirc;", "ê"),
];

/// Elements whose content is read otherwise, or by nobody, and the one that has a target.
const OTHERS: [&str; 14] = [
    "a",
    "head",
    "iframe",
    "noembed",
    "noframe",
    "noscript",
    "plaintext",
    "script",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "xmp",
];

/// The pieces of HTML that is simple; `None` for any other.
pub(super) fn pieces(html: &str) -> Option<Vec<Piece<'_>>> {
    let (mut pieces, mut rest) = (Vec::new(), html);
    while let Some(first) = rest.bytes().next() {
        let (piece, behind) = match first {
            b'<' => tag(rest)?,
            b'&' => {
                let (name, text) = ENTITIES.iter().find(|(name, _)| rest.starts_with(name))?;
                (Piece::Words(text), rest.get(name.len()..)?)
            }
            _ => {
                let end = memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len());
                let (words, behind) = rest.split_at_checked(end)?;
                // Line ends in other guises, and what HTML does not allow.
                if words.bytes().any(|byte| byte < b' ' && !matches!(byte, b'\n' | b'\t')) {
                    return None;
                }
                (Piece::Words(words), behind)
            }
        };
        pieces.push(piece);
        rest = behind;
    }
    Some(pieces)
}

/// The tag that a text begins with, and what is behind it.
fn tag(text: &str) -> Option<(Piece<'_>, &str)> {
    let end = memchr(b'>', text.as_bytes())?;
    let (inner, behind) = (text.get(1..end)?, text.get(end + 1..)?);
    let piece = match inner.strip_prefix('/') {
        Some(name) => Piece::End(name),
        None => Piece::Start(inner.strip_suffix('/').map_or(inner, |name| name.trim_end_matches(' '))),
    };
    let (Piece::Start(name) | Piece::End(name) | Piece::Words(name)) = piece;
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    (is_name && !OTHERS.contains(&name)).then_some((piece, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_without_attributes_and_common_entities_are_simple() {
        use Piece::{End, Start, Words};
        assert_eq!(
            pieces("<p>L&rsquo;&eacute;t&eacute;<br />ici</p>").unwrap(),
            [
                Start("p"),
                Words("L"),
                Words("’"),
                Words("é"),
                Words("t"),
                Words("é"),
                Start("br"),
                Words("ici"),
                End("p")
            ]
        );
        for other in [
            "<p class=x>",
            "<P>",
            "<script>",
            "</title>",
            "<a>",
            "<!-- x -->",
            "a < b",
            "<p",
            "&",
            "&ouml;",
            "&nbsp",
            "\r\n",
        ] {
            assert_eq!(pieces(other), None, "{other}");
        }
    }
}
