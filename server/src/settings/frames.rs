//! Whose pages may have the list in a frame.

use serde::Deserialize;

use super::PartnerOrigin;

/// Whose pages may have the list in a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Frames {
    /// Their origins.
    pub origins: Framing,
}

/// The origins of pages that may have the list in a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Said")]
pub enum Framing {
    /// Anybody's: whoever may have the tag, which lets a page do more, may have a frame.
    #[default]
    Everybody,
    /// These, and no others.
    Only(Vec<PartnerOrigin>),
}

/// What stands in the file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    One(String),
    Several(Vec<String>),
}

impl TryFrom<Said> for Framing {
    type Error = String;

    fn try_from(said: Said) -> Result<Self, String> {
        let origins = match said {
            Said::One(origin) => vec![origin],
            Said::Several(origins) => origins,
        };
        if origins == ["*"] {
            return Ok(Self::Everybody);
        }
        origins.into_iter().map(PartnerOrigin::try_from).collect::<Result<_, _>>().map(Self::Only)
    }
}

impl Framing {
    /// The sources of a policy's `frame-ancestors`; `None` where it says nothing of them. `*` would leave out pages that are files or
    /// in a sandbox.
    pub fn ancestors(&self) -> Option<String> {
        let Self::Only(origins) = self else { return None };
        let origins: Vec<_> = origins.iter().map(PartnerOrigin::as_str).collect();
        Some(if origins.is_empty() { "'none'".to_owned() } else { origins.join(" ") })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;

    fn ancestors(settings: &str) -> Result<Option<String>, String> {
        Settings::parse(settings).map(|settings| settings.frames.origins.ancestors())
    }

    #[test]
    fn everybody_may_frame_unless_some_are_named_or_nobody() {
        assert_eq!(ancestors(""), Ok(None));
        for everybody in ["\"*\"", "[\"*\"]"] {
            assert_eq!(ancestors(&format!("[frames]\norigins = {everybody}")), Ok(None));
        }
        assert_eq!(ancestors("[frames]\norigins = []"), Ok(Some("'none'".into())));
        let two = "[frames]\norigins = [\"https://asso.example.org/\", \"http://localhost:8080\"]";
        assert_eq!(ancestors(two), Ok(Some("https://asso.example.org http://localhost:8080".into())));
        assert_eq!(
            ancestors("[frames]\norigins = \"https://asso.example.org\"").unwrap().unwrap(),
            "https://asso.example.org"
        );
    }

    #[test]
    fn what_is_no_origin_is_refused_with_what_to_write() {
        for wrong in ["asso.example.org", "https://asso.example.org/agir", "https://a.example; script-src *"]
        {
            let error = ancestors(&format!("[frames]\norigins = [\"{wrong}\"]")).unwrap_err();
            assert!(error.contains(wrong) && error.contains("as in"), "{error}");
        }
        assert!(ancestors("[frames]\norigins = [\"*\", \"https://asso.example.org\"]").is_err());
    }
}
