//! `alentour tag`.

use std::io::Write;
use std::path::PathBuf;

use crate::bundle::{Bundle, pinned};
use crate::error::CommandError;
use crate::settings::Settings;

/// Arguments of `alentour tag`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File of settings, whose public-url the tag has
    #[arg(long, env = "ALENTOUR_SETTINGS", value_name = "FILE.toml")]
    settings: Option<PathBuf>,
    /// The bundle in this directory instead of the one in the binary
    #[arg(long, env = "ALENTOUR_BUNDLE", value_name = "DIR")]
    bundle: Option<PathBuf>,
}

impl Args {
    /// Writes the tag of this version, with what browsers hold it to.
    ///
    /// # Errors
    /// For the person at the terminal: settings that cannot be read, or no bundle.
    pub fn run(self, out: &mut impl Write) -> Result<(), CommandError> {
        let settings = self.settings.as_deref().map(Settings::read).transpose()?.unwrap_or_default();
        let bundle = self.bundle.map_or_else(Bundle::embedded, Bundle::Directory);
        let integrity = bundle.integrity().ok_or("bundle not built: run cargo xtask build")?;
        let address = settings.public_address().unwrap_or_default();
        let path = pinned::path();
        writeln!(
            out,
            r#"<script async src="{address}/{path}" integrity="{integrity}" crossorigin="anonymous"></script>"#
        )?;
        Ok(())
    }
}
