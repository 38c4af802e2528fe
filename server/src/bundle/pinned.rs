//! The tag of one version, for pages that say by its hash what they run (`integrity`): `/v1.2.3/alentour.js`. It never changes, and has no first
//! page in it; its files, and its server's, are those below `/v1/` (`base` in `embed/loading.js`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha384};

use super::{Bundle, TAG};
use crate::http::negotiation::Encoding;

/// The version of this program, and of its tag.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the tag's file is called.
const FILE: &str = "alentour.js";

/// The path of the tag of this version.
pub fn path() -> String {
    format!("v{VERSION}/{FILE}")
}

/// The version that a path names, if it is that of a tag of one: `1.2.3` of `v1.2.3/alentour.js`.
pub fn version(path: &str) -> Option<&str> {
    let version = path.strip_prefix('v')?.strip_suffix(FILE)?.strip_suffix('/')?;
    let is_one = version.len() <= 40
        && version.starts_with(|c: char| c.is_ascii_digit())
        && version.contains('.')
        && version.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    is_one.then_some(version)
}

/// Where the bytes of a path are: the tag of this version, and its compressed siblings, are those of `/v1/`.
pub fn source(path: &str) -> String {
    let own = self::path();
    match path.strip_prefix(&own) {
        Some(rest) if Encoding::ALL.iter().any(|encoding| encoding.suffix() == rest) => [TAG, rest].concat(),
        _ => path.to_owned(),
    }
}

impl Bundle {
    /// What a page says of the tag of this version, for the browser to run nothing else: `sha384-...`. `None` where the bundle has not been built.
    /// May read a file.
    pub fn integrity(&self) -> Option<String> {
        let script = self.bytes(TAG).ok()?;
        Some(["sha384-", &BASE64.encode(Sha384::digest(&script))].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_what_releases_are_named_by() {
        for (path, known) in [
            ("v1.2.3/alentour.js", Some("1.2.3")),
            ("v0.1.0-rc.1/alentour.js", Some("0.1.0-rc.1")),
            ("v1/alentour.js", None),
            ("v1.2.3/a/app.0123456789.js", None),
            ("v../alentour.js", None),
            ("v1.2.3/../alentour.js", None),
            ("v1.%2f/alentour.js", None),
            ("1.2.3/alentour.js", None),
        ] {
            assert_eq!(version(path), known, "{path}");
        }
    }

    #[test]
    fn only_the_tag_of_this_version_is_found_under_it() {
        assert_eq!(source(&path()), TAG);
        assert_eq!(source(&[&path(), ".br"].concat()), [TAG, ".br"].concat());
        for other in ["v9.9.9/alentour.js", "v1/alentour.js", &[&path(), ".map"].concat()] {
            assert_eq!(source(other), other);
        }
    }
}
