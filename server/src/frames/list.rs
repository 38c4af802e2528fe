//! `GET /frame`: the list and its forms on a page of their own, for places that take frames and no scripts. It holds the widget's tag and
//! nothing else; `/frame/list` is what stands there where no script runs.

use alentour::app::encode;
use alentour_texts::Language;
use axum::response::Response;
use maud::{PreEscaped, html};

use super::{FramePage, script, style_sheet};
use crate::http::{Error, Visitor, query};
use crate::initiatives::list_query::ListQuery;
use crate::initiatives::near::{self, Extent};
use crate::initiatives::page::Page;

/// What a tag's address asks for, as [`crate::first_page::Asked`] reads it.
const TAG: [&str; 6] = ["place", "countries", "radius", "kinds", "causes", "limit"];

/// What the widget does here: it is our own script, its module and its server's answers. A list without a script is in a frame of ours.
const POLICY: &str =
    "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-src 'self'; form-action 'self'";

/// What a frame's address asks for beside the list.
#[derive(Debug, Default, PartialEq)]
struct Asked {
    /// The query of the tag, each pair with a `&` behind it.
    tag: String,
    /// The language as it is said, with a neighbour's region perhaps.
    lang: String,
    /// The initiative that is to be open.
    open: String,
    /// Whether there is nothing but that.
    is_alone: bool,
    /// Whether there is a button that opens it.
    is_button: bool,
    /// A colour, as `#rrggbb`.
    accent: String,
    /// What the page's colours follow.
    scheme: &'static str,
}

impl Asked {
    fn read(query: &str) -> Self {
        let query = if query.len() <= query::LONGEST { query } else { "" };
        let mut asked = Self { scheme: "light", ..Self::default() };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            match &*name {
                name if TAG.contains(&name) && !value.is_empty() => {
                    asked.tag.push_str(&format!("{name}={}&", encode(value)));
                }
                "lang" if value.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-') => {
                    value.clone_into(&mut asked.lang)
                }
                "only" => asked.is_alone = value != "false",
                "as" => asked.is_button = value == "button",
                "open" => value.clone_into(&mut asked.open),
                "accent" => asked.accent = colour(value).unwrap_or_default(),
                "theme" => {
                    asked.scheme = match value {
                        "dark" => "dark",
                        "auto" => "light dark",
                        _ => "light",
                    }
                }
                _ => {}
            }
        }
        asked
    }

    /// The page's style. The room is a number of pixels: what depends on the window's height would grow with the frame.
    fn style(&self) -> String {
        let accent = if self.accent.is_empty() {
            String::new()
        } else {
            format!("--alentour-accent:{};", self.accent)
        };
        format!(
            ":root{{color-scheme:{}}}body{{margin:0;padding:4px;font-family:system-ui,sans-serif}}\
             alentour-action{{{accent}padding:1rem}}alentour-widget{{{accent}--alentour-height:480px}}h1{{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%)}}iframe{{border:0;width:100%;height:calc(100vh - 4rem)}}",
            self.scheme
        )
    }
}

/// A colour of six or three hexadecimal digits, with or without its `#`, which stands for something else in an address.
fn colour(text: &str) -> Option<String> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let is_one = matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_one.then(|| format!("#{digits}"))
}

/// `GET /frame?place=69007&radius=25&kinds=...&causes=...&countries=...&lang=fr&limit=6&open=ID&as=button&accent=0a7a4b&theme=dark&from=...`.
pub async fn show(page: Page, visitor: Visitor) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let (asked, list) = (Asked::read(&page.query), ListQuery::of(&page));
    let base = page.state.settings.base_path();
    let is_said = Language::parse(&asked.lang) == Some(page.language);
    let lang = if is_said { asked.lang.as_str() } else { page.language.tag() };
    let tag = format!("{base}/v1/alentour.js?{}lang={lang}", asked.tag);
    let query = list.carried();
    let theme = match asked.scheme {
        "light" => "",
        "dark" => "theme=dark&",
        _ => "theme=auto&",
    };
    let without_script = page.link_with("/frame/list", &[&query, theme].concat());
    let open = format!("/i/{}", encode(&asked.open));
    let links =
        if asked.open.is_empty() { page.link_with("/near", &query) } else { page.link_with(&open, &query) };
    let title = page.language.widget("search");
    let head = html! {
        @if !list.from.is_empty() { link rel="alentour-page" href=(list.from); }
        (script(&page, "frame"))
    };
    let content = html! {
        h1 { (title) }
        noscript { iframe src=(without_script) title=(title) {} }
        @if asked.is_button && !asked.open.is_empty() {
            alentour-action open=(asked.open) lang=(page.language.tag()) { a href=(links) { (page.texts.list_all) } }
            script async src={ (base) "/v1/alentour.js" } {}
        }
        @else {
            p.alentour-fallback { a href=(links) { (page.texts.list_all) } }
            @if asked.is_alone && !asked.open.is_empty() { script async src=(tag) data-open=(asked.open) data-only {} }
            @else { script async src=(tag) {} }
        }
    };
    Ok(FramePage { title, head, style: &asked.style(), policy: POLICY, content }.respond(&page))
}

/// `GET /frame/list`: the list as `/near` has it.
pub async fn without_script(page: Page, visitor: Visitor) -> Result<Response, Error> {
    let scheme = Asked::read(&page.query).scheme;
    near::answered(page, visitor, Extent::Whole, move |page, listed| {
        let style = format!(":root{{color-scheme:{scheme}}}");
        let (title, head) = (page.language.widget("search"), style_sheet(page));
        let content = html! {
            h1.unseen { (title) }
            (PreEscaped(listed.html))
        };
        FramePage { title, head, style: &style, policy: "form-action 'self'", content }.respond(page)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tag_can_ask_for_is_passed_on_and_nothing_else() {
        let asked = Asked::read(
            "place=Saint-%C3%89tienne&radius=10&feed=https%3A%2F%2Fevil.example&api=x&target=%23a&lang=fr-BE&open=a%2Fb",
        );
        assert_eq!(asked.tag, "place=Saint-%C3%89tienne&radius=10&");
        assert_eq!((asked.lang.as_str(), asked.open.as_str(), asked.scheme), ("fr-BE", "a/b", "light"));
        assert!(Asked::read("open=a&as=button").is_button && !Asked::read("open=a&as=x").is_button);
        assert_eq!(Asked::read("place=&lang=\"><script>").lang, "");
        assert_eq!(Asked::read(&format!("place={}", "a".repeat(2048))), Asked::read(""));
    }

    #[test]
    fn a_colour_is_hexadecimal_or_none() {
        for (said, colour) in
            [("0a7a4b", "#0a7a4b"), ("%230A7", "#0A7"), ("%23", ""), ("red", ""), ("0a7a4", "")]
        {
            assert_eq!(Asked::read(&format!("accent={said}")).accent, colour, "{said}");
        }
        for evil in ["0a7;}*{display:none", "%230a7%3B%7D", "</style>"] {
            assert_eq!(Asked::read(&format!("accent={evil}")).style(), Asked::read("").style());
        }
        assert!(Asked::read("accent=0a7a4b&theme=dark").style().contains("color-scheme:dark"));
    }
}
