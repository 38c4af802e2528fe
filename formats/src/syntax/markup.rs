//! What markup says of itself before anybody parses it.

/// Characters that are looked at: enough for a doctype, a head and its title.
const HEAD: usize = 20_000;

/// Whether markup, from behind its first `<`, is a web page.
pub(crate) fn is_html(markup: &str) -> bool {
    let head: String = markup.chars().take(HEAD).collect::<String>().to_ascii_lowercase();
    head.contains("<html") || head.starts_with("html") || head.starts_with("!doctype html")
}

/// The title of a web page; empty where it has none.
pub(crate) fn title(page: &str) -> String {
    let head: String = page.chars().take(HEAD).collect();
    let title = head.to_ascii_lowercase().find("<title").and_then(|start| {
        let (_, text) = head.get(start..)?.split_once('>')?;
        Some(text.split('<').next()?.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    title.unwrap_or_default().chars().take(80).collect()
}

/// The name of the first element, past declaration, doctype and comments; empty where there is none.
pub(crate) fn root(markup: &str) -> String {
    let head: String = markup.chars().take(HEAD).collect::<String>().to_ascii_lowercase();
    let root = head.split('<').map(str::trim_start).find(|tag| tag.starts_with(char::is_alphabetic));
    let root = root.unwrap_or_default().split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next();
    root.unwrap_or_default().chars().take(40).collect()
}
