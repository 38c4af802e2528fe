//! What is pasted, for each way of putting the widget onto a page.

mod lost;
mod managed;

use alentour::app::encode;
use alentour_model::Initiative;
use alentour_texts::{Embedding, fill};

use super::choices::{Choices, RADIUS, Show, THEMES};
use super::meant::Meaning;
use super::place_to_paste::Way;

/// A text to be pasted, and what is said over it.
pub struct Part {
    /// Where it goes.
    pub label: &'static str,
    /// What is pasted.
    pub code: String,
}

/// What a snippet is made of.
pub struct Snippet<'a> {
    /// What was chosen.
    pub choices: &'a Choices,
    /// What was meant by it.
    pub meaning: &'a Meaning,
    /// The server's address, without a slash at its end.
    pub server: &'a str,
    /// The path of the tag of this version, and its hash, where that is what is wanted.
    pub pinned: Option<(String, String)>,
    /// Whether this server's list may be in frames anywhere.
    pub may_frame: bool,
    /// Texts of the page on which it is shown.
    pub texts: &'static Embedding,
}

impl Snippet<'_> {
    /// What is to be pasted there, in the order of the steps.
    pub fn parts(&self) -> Vec<Part> {
        let texts = self.texts;
        let part = |label, code| Part { label, code };
        match self.way() {
            Way::Tag => vec![part(texts.part_code, self.tag(false))],
            Way::Address => vec![part(texts.part_code, self.tag(true))],
            Way::Template => vec![
                part(texts.part_file, self.tag(false)),
                part(texts.part_page, "{{< alentour >}}".to_owned()),
            ],
            // What one initiative is said by are attributes, which managers remove: the element keeps its own.
            Way::Container if self.initiative().is_some() => {
                vec![part(texts.part_page, self.element()), part(texts.part_site, self.script(""))]
            }
            Way::Container => vec![
                part(texts.part_page, self.container()),
                part(texts.part_site, self.script(&self.targeted())),
            ],
            Way::Element => {
                vec![part(texts.part_site, self.script("")), part(texts.part_page, self.element())]
            }
            Way::Frame => {
                let mut parts = vec![
                    part(texts.part_address, self.frame_address()),
                    part(texts.part_frame, self.frame()),
                ];
                if self.choices.paste.takes_script_beside() {
                    parts.push(part(texts.part_script, self.frame_script()));
                }
                parts
            }
            Way::Shortcode => vec![part(texts.part_code, self.shortcode())],
            Way::Braces => vec![part(texts.part_code, self.braces())],
            Way::CommonScript => {
                vec![part(texts.part_site, self.common_script()), part(texts.part_page, self.wiki_page())]
            }
            Way::Link => {
                vec![part(texts.part_code, self.link()), part(texts.part_address, self.page_address())]
            }
        }
    }

    /// The way that is taken: where it would be a frame and none is allowed, a link.
    pub fn way(&self) -> Way {
        if self.is_refused() { Way::Link } else { self.choices.paste.way() }
    }

    /// Whether there would be a frame, and this server allows none.
    pub fn is_refused(&self) -> bool {
        self.choices.paste.way() == Way::Frame && !self.may_frame
    }

    /// The names and values of what was chosen, as attributes of the element have them.
    pub fn chosen(&self) -> Vec<(&'static str, String)> {
        let mut chosen = Vec::new();
        let mut say = |name, value: String| {
            if !value.is_empty() {
                chosen.push((name, value));
            }
        };
        if let Some(initiative) = self.initiative() {
            say("open", initiative.id.clone());
        } else {
            let choices = self.choices;
            let place = self.meaning.place.is();
            say("countries", countries(&choices.countries, place.map_or("", |place| &place.country)));
            if let Some(place) = place {
                let radius = if choices.radius == RADIUS { "" } else { choices.radius };
                say("radius", radius.to_owned());
                say("place", place.name.clone());
            }
            say("kinds", choices.kinds.join(","));
            say("causes", choices.causes.join(","));
        }
        say("lang", self.choices.language.tag().to_owned());
        if self.choices.theme != THEMES[0] {
            say("theme", self.choices.theme.to_owned());
        }
        chosen
    }

    /// The initiative, where one alone is shown.
    fn initiative(&self) -> Option<&Initiative> {
        let initiative = self.meaning.initiative.is().filter(|_| self.choices.show != Show::List);
        initiative.map(|initiative| &**initiative)
    }

    /// The identifier, where a button opens it.
    fn button(&self) -> Option<&str> {
        let initiative = self.initiative().filter(|_| self.choices.show == Show::Button);
        initiative.map(|initiative| initiative.id.as_str())
    }

    /// Where the same is to be read without a script: the server's own page.
    pub fn page_address(&self) -> String {
        let from = match self.choices.page.as_str() {
            "" => String::new(),
            page => format!("&from={}", encode(page)),
        };
        if let Some(initiative) = self.initiative() {
            let lang = self.choices.language.tag();
            return format!("{}/i/{}?lang={lang}{from}", self.server, encode(&initiative.id));
        }
        let mut chosen = self.chosen();
        chosen.retain(|(name, _)| *name != "theme");
        format!("{}/near?{}{from}", self.server, query(&chosen))
    }

    /// What the link there says, in the language of the list.
    pub fn words(&self) -> String {
        let texts = self.choices.language.embedding();
        match (self.initiative(), self.meaning.place.is()) {
            (Some(initiative), _) => initiative.name.clone(),
            (None, Some(place)) => fill(texts.all_near, &[("place", &place.name)]),
            (None, None) => texts.all.to_owned(),
        }
    }

    fn link(&self) -> String {
        format!("<a href=\"{}\">{}</a>", escaped(&self.page_address()), escaped(&self.words()))
    }

    /// The script, with what its address and its attributes say.
    fn script_with(&self, query: &str, attributes: &str) -> String {
        let (path, integrity) = match self.pinned.as_ref().filter(|_| query.is_empty()) {
            None => ("v1/alentour.js", String::new()),
            Some((path, hash)) => (path.as_str(), format!(" integrity=\"{hash}\" crossorigin=\"anonymous\"")),
        };
        let query = if query.is_empty() { String::new() } else { format!("?{}", escaped(query)) };
        format!("<script async src=\"{}/{path}{query}\"{integrity}{attributes}></script>", self.server)
    }

    fn script(&self, query: &str) -> String {
        self.script_with(query, "")
    }

    fn colour(&self) -> Option<String> {
        self.choices.colour.map(|colour| format!("--alentour-accent: {colour}"))
    }

    /// A style attribute of what was said; nothing where nothing was.
    fn style(&self, said: [Option<String>; 2]) -> String {
        let said: Vec<String> = said.into_iter().flatten().collect();
        if said.is_empty() { String::new() } else { format!(" style=\"{}\"", said.join("; ")) }
    }

    fn room(&self) -> Option<String> {
        self.choices.room.height().map(|height| format!("min-height: {height}"))
    }

    /// The tag with its links before it; `in_address`: its choices stand in its address.
    fn tag(&self, in_address: bool) -> String {
        let (link, chosen) = (self.link(), self.chosen());
        let code = if self.button().is_some() {
            self.element() + "\n" + &self.script("")
        } else {
            let links = match self.room() {
                None => format!("<p class=\"alentour-fallback\">{link}</p>"),
                room => format!("<div class=\"alentour-fallback\"{}>{link}</div>", self.style([room, None])),
            };
            // What is pinned has the same bytes whatever it is asked for.
            let script = if in_address && self.initiative().is_none() && self.pinned.is_none() {
                self.script(&query(&chosen))
            } else {
                self.script_with("", &attributes("data-", &chosen, self.only()))
            };
            links + "\n" + &script
        };
        match self.colour().filter(|_| self.button().is_none()) {
            None => code,
            colour => format!("<div{}>\n{code}\n</div>", self.style([colour, None])),
        }
    }

    /// What says that there is nothing but the initiative.
    fn only(&self) -> &'static str {
        if self.initiative().is_some() { "only" } else { "" }
    }

    /// The element: the widget, or the button.
    fn element(&self) -> String {
        let link = self.link();
        if let Some(id) = self.button() {
            let (style, lang) = (self.style([self.colour(), None]), self.choices.language.tag());
            return format!(
                "<alentour-action open=\"{}\" lang=\"{lang}\"{style}>{link}</alentour-action>",
                escaped(id)
            );
        }
        let room = self.room().map(|room| format!("display: block; {room}"));
        let style = self.style([room, self.colour()]);
        format!(
            "<alentour-widget{}{style}>{link}</alentour-widget>",
            attributes("", &self.chosen(), self.only())
        )
    }

    fn container(&self) -> String {
        format!("<div id=\"alentour\"{}>{}</div>", self.style([self.room(), self.colour()]), self.link())
    }

    /// The query of a tag that goes into the container.
    fn targeted(&self) -> String {
        let mut chosen = self.chosen();
        chosen.push(("target", "#alentour".to_owned()));
        chosen.push(("fallback", "#alentour > *".to_owned()));
        query(&chosen)
    }

    /// The address of the frame.
    fn frame_address(&self) -> String {
        let page = Some(self.choices.page.clone()).filter(|page| !page.is_empty());
        let from = page.map(|page| ("from", page));
        format!("{}/frame?{}", self.server, self.framed(from))
    }

    /// What makes the frame as high as its list.
    fn frame_script(&self) -> String {
        format!("<script async src=\"{}/v1/frame.js\"></script>", self.server)
    }

    /// What the address of the frame asks for that shows what it looks like: a button is one there, too.
    pub fn seen(&self) -> String {
        self.framed(self.button().map(|_| ("as", "button".to_owned())))
    }

    /// What the address of a frame asks for, and that.
    fn framed(&self, more: Option<(&'static str, String)>) -> String {
        let mut chosen = self.chosen();
        if self.initiative().is_some() {
            chosen.push(("only", "true".to_owned()));
        }
        chosen.extend(self.choices.colour.map(|colour| ("accent", colour.to_string().replace('#', ""))));
        chosen.extend(more);
        query(&chosen)
    }

    fn frame(&self) -> String {
        let title = escaped(&self.words());
        format!(
            "<iframe src=\"{}\" title=\"{title}\" allow=\"geolocation; clipboard-write; web-share\" style=\"width: 100%; height: 700px; border: 0\"></iframe>",
            escaped(&self.frame_address())
        )
    }
}

/// Whose places are meant: what was chosen, and the country of the place, without which nobody would find it. Where nothing was chosen that country's people are
/// the ones at home, and France's places are known as well.
fn countries(chosen: &[&str], country: &str) -> String {
    let is_understood = country.is_empty() || chosen.contains(&country);
    match chosen {
        [] if is_understood || country == "FR" => String::new(),
        [] => format!("{country} FR"),
        chosen if is_understood => chosen.join(" "),
        chosen => format!("{} {country}", chosen.join(" ")),
    }
}

/// Pairs as an address has them.
fn query(chosen: &[(&'static str, String)]) -> String {
    let pairs: Vec<String> = chosen.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    pairs.join("&")
}

/// Pairs as attributes, each with a space before it; `last` is one without a value.
fn attributes(before: &str, chosen: &[(&'static str, String)], last: &str) -> String {
    let pair = |(name, value): &(&str, String)| format!(" {before}{name}=\"{}\"", escaped(value));
    let last = if last.is_empty() { String::new() } else { format!(" {before}{last}") };
    chosen.iter().map(pair).collect::<String>() + &last
}

/// A text within HTML, be it in an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
