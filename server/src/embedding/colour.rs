//! A partner's colour, and how well it can be read.

use std::fmt;

use alentour_texts::Language;

/// What the widget has unless a page says otherwise, its own paper, and white.
const OWN: Colour = Colour([0xb3, 0x39, 0x1f]);
const PAPER: Colour = Colour([0xff, 0xfa, 0xf5]);
const WHITE: Colour = Colour([0xff, 0xff, 0xff]);
/// What text needs (WCAG 2.2, 1.4.3).
const ENOUGH: f64 = 4.5;

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// Reads `#rrggbb`, as a browser's field of colours has it.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let mut rgb = [0; 3];
        (digits.len() == 6).then(|| hex::decode_to_slice(digits, &mut rgb).ok())??;
        Some(Self(rgb))
    }

    /// The widget's own.
    pub fn own() -> Self {
        OWN
    }

    /// Whether it is.
    pub fn is_own(self) -> bool {
        self == OWN
    }

    /// Its contrast with white, and with the widget's paper.
    pub fn contrasts(self) -> (f64, f64) {
        (contrast(self, WHITE), contrast(self, PAPER))
    }

    /// Whether white text on it, and it as text on the paper, can be read.
    pub fn is_readable(self) -> bool {
        let (white, paper) = self.contrasts();
        white >= ENOUGH && paper >= ENOUGH
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|value| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// WCAG 2.2, "contrast ratio".
fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (one.luminance(), other.luminance());
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// A contrast as people of that language write it, with one decimal.
pub fn decimal(language: Language, number: f64) -> String {
    // What is just below 4.5 is not 4.5.
    language.decimal((number * 10.0).floor() / 10.0)
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_are_those_of_wcag() {
        let contrast = |text| Colour::parse(text).unwrap().contrasts().0;
        assert!((contrast("#000000") - 21.0).abs() < 0.01 && (contrast("#FFFFFF") - 1.0).abs() < 0.01);
        // The grey that everybody quotes.
        assert!((contrast("767676") - 4.54).abs() < 0.01);
        assert!(OWN.is_readable() && !Colour::parse("#ffe45c").unwrap().is_readable());
    }

    #[test]
    fn what_is_no_colour_is_none() {
        for text in ["", "#fff", "red", "#12345g", "#1234567", "éàü"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
        assert_eq!(Colour::parse("#0A7A4B").unwrap().to_string(), "#0a7a4b");
    }
}
