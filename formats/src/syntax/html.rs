//! Texts that may be HTML, as plain text with their paragraphs.

use alentour_model::read::LINE;
use alentour_model::text::{clean, cleaned, cut};
use html5gum::Token;

use super::html_text::{strip, tokens};
use super::plain;

/// Some publishers escape twice, and their software once more.
const ROUNDS: usize = 3;

/// The text of what may be HTML: an empty line between paragraphs, list items behind a `•`, the target of a
/// link in parentheses after its words. What is not HTML comes back as it is, cleaned.
pub(crate) fn to_text(source: &str) -> String {
    if is_html(source) { stripped(source) } else { clean(source) }
}

/// The same of a text that is to be [`clean`]ed first.
pub(crate) fn clean_text(source: &str) -> String {
    let text = clean(source);
    if is_html(&text) { stripped(&text) } else { text }
}

/// The text of HTML.
fn stripped(source: &str) -> String {
    let mut text = strip(source);
    for _ in 1..ROUNDS {
        if !is_html(&text) {
            break;
        }
        text = strip(&text);
    }
    let mut text = cleaned(text);
    text.shrink_to_fit();
    text
}

/// The same as one line, as long as a line may be.
pub(crate) fn to_line(source: &str) -> String {
    let mut line = one_line(source);
    cut(&mut line, LINE);
    line.shrink_to_fit();
    line
}

/// The same as one line, however long.
pub(crate) fn one_line(source: &str) -> String {
    if plain::is_line(source) {
        return source.to_owned();
    }
    to_text(source).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same of a text that is to be [`clean`]ed first.
pub(crate) fn clean_line(source: &str) -> String {
    if plain::is_line(source) { source.to_owned() } else { one_line(&clean(source)) }
}

/// A tag that is closed, or an entity. A lone `<` or `&` is text: "moins de 18 ans < 5 €", "Emmaüs & Cie".
fn is_html(text: &str) -> bool {
    // Looked for once: a text of nothing but `<a` must not be searched to its end from each.
    let last = text.rfind('>').unwrap_or_default();
    let has_tag = text.match_indices('<').take_while(|(at, _)| *at < last).any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'))
    });
    let has_entity = || {
        text.split('&').skip(1).any(|rest| {
            // The longest name of an entity has 31 letters (WHATWG HTML, section 13.5).
            rest.split_once(';').is_some_and(|(name, _)| {
                (2..=32).contains(&name.len())
                    && name.strip_prefix('#').unwrap_or(name).bytes().all(|b| b.is_ascii_alphanumeric())
            })
        })
    };
    has_tag || has_entity()
}

/// A text with its entities (`&eacute;`, `&#233;`) as what they stand for; what is none stays.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    // An attribute's value is nothing but text.
    let tag = format!("<a b=\"{}\">", text.replace('"', "&quot;"));
    let value = tokens(&tag).find_map(|token| match token {
        Token::StartTag(tag) => {
            tag.attributes.values().next().map(|value| String::from_utf8_lossy(&value.value).into_owned())
        }
        _ => None,
    });
    value.unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::html_text::{strip_any, strip_simple};
    use super::super::simple_html;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entities_stand_for_their_characters_and_what_is_none_stays() {
        for (text, expected) in [
            ("Ch&acirc;teau &#8211; &#xC9;t&eacute;", "Château – Été"),
            ("Emmaüs & Cie \"oui\" &quot;non&quot; <a>", "Emmaüs & Cie \"oui\" \"non\" <a>"),
            ("?a=1&nothing;&copy=2", "?a=1&nothing;&copy=2"),
            ("", ""),
        ] {
            assert_eq!(unescape(text), expected);
        }
    }

    #[test]
    fn paragraphs_lists_and_breaks_are_kept() {
        let html = "<div><p>Un\n  <b>premier</b>&nbsp;paragraphe.</p>\r\n<p>Un second.<br>Sa suite.</p><ul><li><p>un</p></li>\
                    <li>deux</li></ul>fin</div>";
        assert_eq!(
            to_text(html),
            "Un premier\u{a0}paragraphe.\n\nUn second.\nSa suite.\n\n• un\n\n• deux\n\nfin"
        );
    }

    #[test]
    fn text_that_is_no_html_comes_back_as_it_is() {
        for text in
            ["Lundi\n  mardi", "moins de 5 < 6 & plus", "I <3 vous", "R&D; ou pas", "a <dangling", "x<y"]
        {
            assert_eq!(to_text(text), text);
        }
    }

    #[test]
    fn a_text_with_the_odd_link_keeps_its_own_lines() {
        let text = "Lundi\n\nMardi : <a href='https://example.org/a'>le programme</a>";
        assert_eq!(to_text(text), "Lundi\n\nMardi : le programme (https://example.org/a)");
    }

    #[test]
    fn targets_of_links_follow_their_words_unless_they_are_the_words_or_unsafe() {
        assert_eq!(to_text("<a href=\"https://example.org/\">example.org</a>"), "example.org");
        assert_eq!(to_text("<a href='mailto:a@example.org'>Écrire</a>"), "Écrire (a@example.org)");
        assert_eq!(to_text("<a href='javascript:alert(1)'>Ici</a>"), "Ici");
        assert_eq!(to_text("<a href='coucou'>Ici</a>"), "Ici");
    }

    #[test]
    fn a_host_that_looks_like_another_is_shown_as_what_it_is() {
        // Cyrillic letters, the last but one a palochka.
        let html = "<a href='https://\u{430}\u{440}\u{440}\u{4cf}\u{435}.example/a'>Don</a>";
        let text = to_text(html);
        assert!(text.starts_with("Don (https://xn--") && text.ends_with(".example/a)"), "{text}");
        let words = "<a href='https://\u{430}pple.example'>https://apple.example</a>";
        assert!(to_text(words).contains("(https://xn--"), "{}", to_text(words));
        assert_eq!(to_text("<a href='https://évian.example/é'>Don</a>"), "Don (https://évian.example/é)");
    }

    #[test]
    fn entities_are_read_also_where_they_were_escaped_twice() {
        assert_eq!(to_text("L&#039;&eacute;t&eacute; &amp; l’hiver"), "L'été & l’hiver");
        assert_eq!(to_text("&lt;p&gt;L&amp;eacute;t&amp;eacute;&lt;/p&gt;"), "Lété");
    }

    #[test]
    fn scripts_styles_and_comments_are_no_text() {
        assert_eq!(to_text("a<script>if (a < b) alert('<p>')</script><style>p{}</style><!-- x -->b"), "ab");
    }

    #[test]
    fn a_long_text_takes_no_longer_than_its_length() {
        let began = std::time::Instant::now();
        for piece in ["<a", "&", "&a;", "<a href=x>", "</a>", "<p", "<!--", "a<"] {
            let _ = to_text(&piece.repeat(200_000));
        }
        // Linear, this takes a second or two unoptimised; quadratic, hours.
        assert!(began.elapsed().as_secs() < 60);
    }

    proptest! {
        #[test]
        fn no_tag_survives_and_nothing_panics(html in "(<[a-z/!]{0,6}[ a-z='\"]{0,9}>?|&[#a-z0-9]{0,6};?|[a-zé \n<>]{0,8}){0,12}") {
            let text = to_text(&html);
            prop_assert!(!text.contains("<script>"));
        }

        #[test]
        fn simple_html_is_read_as_any_other_is(
            html in "(</?(p|br|li|ul|b|h2|div|x1)( ?/)?>|&(nbsp|amp|lt|#39|#039|eacute|rsquo|quot|gt|egrave|agrave|ecirc);|[a-zé’;&\u{a0}\u{7f} \n\t<>]{0,8}){0,16}",
        ) {
            if let Some(pieces) = simple_html::pieces(&html) {
                prop_assert_eq!(strip_simple(&pieces), strip_any(&html));
            }
        }

        #[test]
        fn what_is_a_line_already_is_read_as_it_is(text in "[a-zé’ <&;\n\u{85}\u{a0}\u{202e}\u{3000}\u{feff}]{0,9}") {
            let read = to_text(&clean(&text)).split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(clean_line(&text), read);
        }
    }
}
