//! The plugins and npm's package in `embed/`: packed as they are uploaded and installed, and what PHP and its style say of them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use super::FOLDER;
use crate::build::npm;
use crate::build::plugins::archives;
use crate::fingerprint::files;
use crate::process;
use crate::progress::note;
use crate::workspace::{cache, root};

const PHP: &str = "install PHP 7.4 or later";
const SNIFFER: &str = "install PHP_CodeSniffer";
/// WordPress' rules, which Debian has not, among npm's packages. They are read by Debian's PHP_CodeSniffer: no program of that package is run, so the lockfile
/// names none of the 298 that it asks for.
const RULES: &str = "node_modules/wpcs-cli/scripts/wordpress-coding-standards";

/// Packs them into a folder.
///
/// # Errors
/// When a text has no translation.
pub fn pack() -> anyhow::Result<PathBuf> {
    let folder = cache().join("plugins");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let package = (npm::NAME.to_owned(), npm::archive()?);
    for (name, archive) in archives()?.into_iter().chain([package]) {
        fs::write(folder.join(&name), archive).with_context(|| format!("{name} cannot be written"))?;
    }
    Ok(folder)
}

/// Has PHP read every script of them, and the coding standard.
///
/// # Errors
/// What they find.
pub fn check() -> anyhow::Result<()> {
    let mut scripts = files(&root().join("embed"))?;
    scripts.retain(|path| path.extension().is_some_and(|ending| ending == "php"));
    for script in &scripts {
        process::output(Command::new("php").arg("-l").arg(script), PHP)?;
    }
    check_style("wordpress", "embed/wordpress/phpcs.xml")?;
    check_style("dokuwiki", "PSR12")?;
    note(format!("{} scripts: PHP reads them, by the rules of WordPress and PSR12", scripts.len()));
    Ok(())
}

fn check_style(of: &str, standard: &str) -> anyhow::Result<()> {
    let mut sniffer = process::command("phpcs");
    // With `-v` a sniff that breaks says at which file: WordPress' are older than PHP 8.
    sniffer
        .args(["-s", "-v", "--extensions=php", "--report-width=140"])
        .arg(format!("--standard={standard}"));
    // Every error, but for what PHP 8 calls deprecated in the sniffs themselves.
    sniffer.args(["-d", "error_reporting=24575"]);
    sniffer.args(["--runtime-set", "installed_paths"]).arg(root().join(FOLDER).join(RULES));
    if of == "dokuwiki" {
        // DokuWiki's names say where a class is: they have underscores, and no namespace.
        sniffer.arg("--exclude=PSR1.Classes.ClassDeclaration,Squiz.Classes.ValidClassName");
    }
    process::output(sniffer.arg(format!("embed/{of}/alentour")), SNIFFER).map(drop)
}
