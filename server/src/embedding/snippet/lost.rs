//! What was chosen and is not had in every way.

use super::super::choices::THEMES;
use super::super::place_to_paste::Way;
use super::Snippet;

impl Snippet<'_> {
    /// What was chosen and cannot be had in this way, each as it is said.
    pub fn lost(&self) -> Vec<&'static str> {
        let (choices, texts, way) = (self.choices, self.texts, self.way());
        let is_button = self.button().is_some();
        let has_button = !matches!(way, Way::Frame | Way::Braces | Way::CommonScript | Way::Link);
        let is_pinned = match way {
            Way::Tag | Way::Address | Way::Template | Way::Element => true,
            // Its choices are in its address, and what is pinned has the same bytes whatever it is asked for.
            Way::Container => self.initiative().is_some(),
            Way::Frame | Way::Shortcode | Way::Braces | Way::CommonScript | Way::Link => false,
        };
        let has_colour = !matches!(way, Way::Shortcode | Way::Braces | Way::Link);
        let has_theme = way != Way::Link && !(is_button && has_button);
        let lost = [
            (is_button && !has_button && way != Way::Link, texts.button_lost),
            (choices.colour.is_some() && !has_colour, texts.colour_lost),
            (choices.theme != THEMES[0] && !has_theme, texts.theme_lost),
            (choices.is_pinned && !is_pinned, texts.pin_lost),
        ];
        lost.into_iter().filter_map(|(is_lost, said)| is_lost.then_some(said)).collect()
    }
}
