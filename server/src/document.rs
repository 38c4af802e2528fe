//! What every page of ours is within, whoever it is for.

use alentour_model::EmailAddress;
use alentour_texts::Language;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

/// A whole document, in that language. `head` is what its head has beside what all have; `body` is the element.
pub fn document(language: Language, head: &Markup, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang=(language.tag()) dir=(language.direction()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                (head)
            }
            (body)
        }
    };
    markup.into_string()
}

/// A document as an answer.
pub fn answer(document: String) -> Response {
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], document).into_response()
}

/// Whether an answer is one.
pub fn is_html(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

/// Keeps a page out of search engines.
pub fn unlisted() -> Markup {
    html! { meta name="robots" content="noindex"; }
}

/// JSON without what ends a script or a line of one: these stand only within its strings, where an escape says the same.
pub fn inert(json: &str) -> String {
    let mut inert = String::with_capacity(json.len() + json.len() / 8);
    for c in json.chars() {
        match c {
            '<' => inert.push_str("\\u003c"),
            '>' => inert.push_str("\\u003e"),
            '&' => inert.push_str("\\u0026"),
            '\u{2028}' => inert.push_str("\\u2028"),
            '\u{2029}' => inert.push_str("\\u2029"),
            c => inert.push(c),
        }
    }
    inert
}

/// A sentence whose `{contact}` is an e-mail address, to be written to.
pub fn linked(text: &str, contact: &str) -> Markup {
    let (before, after) = text.split_once("{contact}").unwrap_or((text, ""));
    html! {
        (before)
        @if EmailAddress::parse(contact).is_some() { a href={ "mailto:" (contact) } dir="ltr" { (contact) } }
        @else { bdi { (contact) } }
        (after)
    }
}

/// The head of a page that may be found and passed on.
#[derive(Default)]
pub struct Head<'a> {
    /// Its title.
    pub title: &'a str,
    /// What search engines and networks show under it.
    pub description: &'a str,
    /// The one address that it is known by, whole; empty where it has none.
    pub canonical: &'a str,
    /// Whether search engines leave it out.
    pub is_unlisted: bool,
    /// Linked data, and whatever else.
    pub more: Markup,
}

/// What stands around the widget's views on pages of their own: a server's, or those of a site of files.
pub struct Site {
    /// Their language.
    pub language: Language,
    /// Its name.
    pub name: String,
    /// Where its name leads.
    pub home: String,
    /// Address of the style sheet; `None` where there is no bundle.
    pub style: Option<String>,
    /// What a page may do, where no header says so; empty where one does.
    pub policy: String,
    /// What else their heads have.
    pub more: Markup,
    /// What stands under each page.
    pub footer: Markup,
}

impl Site {
    /// A page.
    pub fn page(&self, head: &Head<'_>, content: &Markup) -> String {
        let Head { title, description, canonical, .. } = *head;
        let head = html! {
            @if !self.policy.is_empty() {
                meta http-equiv="Content-Security-Policy" content=(self.policy);
            }
            @if head.is_unlisted { (unlisted()) }
            title { (title) @if title != self.name { " – " (self.name) } }
            @if !description.is_empty() {
                meta name="description" content=(description);
                meta property="og:description" content=(description);
            }
            meta property="og:title" content=(title);
            meta property="og:type" content="website";
            meta property="og:site_name" content=(self.name);
            meta property="og:locale" content=(self.language.tag());
            @if !canonical.is_empty() {
                meta property="og:url" content=(canonical);
                link rel="canonical" href=(canonical);
            }
            @if let Some(style) = &self.style { link rel="stylesheet" href=(style); }
            (head.more)
            (self.more)
        };
        let body = html! {
            body.root {
                a.skip href="#content" { (self.language.organising().skip) }
                header.site { h1 { a href=(self.home) { bdi { (self.name) } } } }
                main id="content" { (content) }
                footer.site { (self.footer) }
            }
        };
        document(self.language, &head, &body)
    }
}
