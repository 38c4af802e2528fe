//! A letter to those who decide: visitors send it themselves, with their own mail program.

use serde::Serialize;

use crate::link::Link;

/// What is written to whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("text recipients")))]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    /// The subject that is proposed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The text that is proposed; an empty line separates paragraphs.
    pub text: String,
    /// Those who decide.
    pub recipients: Vec<Recipient>,
    /// Texts to share elsewhere, one each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub share: Vec<String>,
}

/// Somebody who decides.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("name")))]
#[serde(rename_all = "camelCase")]
pub struct Recipient {
    /// Their name.
    pub name: String,
    /// What they are: "Députée de la 7e circonscription".
    #[serde(skip_serializing_if = "String::is_empty")]
    pub office: String,
    /// Their e-mail address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// The page with their contact form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Link>,
    /// The postcodes or départements for whose people they decide; empty: for everybody's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<String>,
}

impl Recipient {
    /// Whether they decide for those who live at that postcode.
    pub fn decides_for(&self, postcode: &str) -> bool {
        self.areas.is_empty() || self.areas.iter().any(|area| is_within(area, postcode))
    }
}

/// Whether a postcode is in an area. An area is the beginning of postcodes, a département's number among them; Corsica's two are written with a
/// letter, and have postcodes from 20000 to 20199 (2A) and from 20200 on (2B) (La Poste, "Base officielle des codes postaux").
fn is_within(area: &str, postcode: &str) -> bool {
    let parts: &[&str] = match area {
        "2A" | "2a" => &["200", "201"],
        "2B" | "2b" => &["202", "203", "204", "205", "206"],
        // Of nothing everything is the beginning.
        "" => &[],
        area => &[area],
    };
    parts.iter().any(|part| postcode.starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decides(areas: &[&str], postcode: &str) -> bool {
        let areas = areas.iter().map(|area| (*area).to_owned()).collect();
        Recipient { areas, ..Recipient::default() }.decides_for(postcode)
    }

    #[test]
    fn who_decides_is_found_by_the_postcode_or_its_departement() {
        assert!(decides(&["69100", "69120"], "69120"));
        assert!(!decides(&["69100", "69120"], "69001"));
        assert!(decides(&["69"], "69001") && decides(&["974"], "97411"));
        assert!(!decides(&["69"], "38690"), "a département is the beginning of a postcode");
        assert!(decides(&[], "69001"), "without areas they decide for everybody");
        assert!(!decides(&[""], "69001"));
    }

    #[test]
    fn corsica_has_two_departements() {
        assert!(decides(&["2A"], "20000") && decides(&["2A"], "20137") && !decides(&["2A"], "20200"));
        assert!(decides(&["2B"], "20200") && decides(&["2b"], "20620") && !decides(&["2B"], "20137"));
    }
}
