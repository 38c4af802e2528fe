//! As managers of content have a writing of their own for it: WordPress, DokuWiki and MediaWiki.

use alentour::app::encode;

use super::{Snippet, attributes, query};

impl Snippet<'_> {
    /// WordPress' shortcode, which its plugin knows.
    pub(super) fn shortcode(&self) -> String {
        let mut said = String::new();
        for (name, value) in self.chosen() {
            let (name, value) = match name {
                "open" => ("initiative", format!("{}/i/{}", self.server, encode(&value))),
                name => (name, value),
            };
            // WordPress ends an attribute at its quotation mark, and the code at its bracket.
            let value: String = value.chars().filter(|c| !"\"[]<>".contains(*c)).collect();
            said.push_str(&format!(" {name}=\"{value}\""));
        }
        if self.button().is_some() {
            said.push_str(" as=\"button\"");
        }
        format!("[alentour{said}]")
    }

    /// What DokuWiki's plugin knows.
    pub(super) fn braces(&self) -> String {
        let mut chosen = self.chosen();
        let place = chosen.iter().position(|(name, _)| *name == "place").map(|at| chosen.remove(at).1);
        let bare = |text: String| text.chars().filter(|c| !"{}|?&<>\"".contains(*c)).collect::<String>();
        format!(
            "{{{{alentour>{}?{}|{}}}}}",
            place.map(bare).unwrap_or_default(),
            query(&chosen),
            bare(self.words())
        )
    }

    /// A line that everybody may write into a page of MediaWiki.
    pub(super) fn wiki_page(&self) -> String {
        let words: String = self.words().chars().filter(|c| !"[]<>{}|".contains(*c)).collect();
        let attributes =
            attributes("data-", &self.chosen(), if self.only().is_empty() { "" } else { "only=\"true\"" });
        let style = self.style([self.room(), self.colour()]);
        format!("<div id=\"alentour\"{attributes}{style}>\n[{} {words}]\n</div>", self.page_address())
    }

    /// What MediaWiki runs on each page: it puts the tag into the head, for the container of the page.
    pub(super) fn common_script(&self) -> String {
        COMMON_SCRIPT.replace("SERVER", self.server)
    }
}

/// MediaWiki's own style; its older parsers know no newer JavaScript.
pub(super) const COMMON_SCRIPT: &str = "( function () {
\tvar box = document.getElementById( 'alentour' ), tag = document.createElement( 'script' );
\tif ( !box ) {
\t\treturn;
\t}
\t// Whoever edits a page chooses what is shown, and not whom a form is sent to.
\t[ 'place', 'radius', 'countries', 'kinds', 'causes', 'lang', 'theme', 'limit', 'open', 'only' ].forEach( function ( name ) {
\t\tif ( box.dataset[ name ] ) {
\t\t\ttag.dataset[ name ] = box.dataset[ name ];
\t\t}
\t} );
\ttag.dataset.target = '#alentour';
\ttag.dataset.fallback = '#alentour > *';
\ttag.src = 'SERVER/v1/alentour.js';
\tdocument.head.appendChild( tag );
}() );";
