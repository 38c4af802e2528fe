//! Where things are in this checkout.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// The root of the checkout: the directory of the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    // `cargo run` says where this package is now; the compile-time value serves a binary started by hand.
    let package =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.parent().map_or_else(|| package.clone(), Path::to_path_buf)
}

/// Cargo's target directory, which `CARGO_TARGET_DIR` may have put elsewhere.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Names a folder of other people's feeds (docs/feed.md).
pub const SAMPLES: &str = "ALENTOUR_SAMPLES";

/// That folder with its full path, for tests run in the folders of their packages; `None` where it is not named.
///
/// # Errors
/// Where there is no such folder.
pub fn samples() -> anyhow::Result<Option<PathBuf>> {
    let Some(named) = env::var_os(SAMPLES) else { return Ok(None) };
    let folder = fs::canonicalize(&named).with_context(|| format!("{SAMPLES}: {}", named.display()))?;
    Ok(Some(folder))
}

/// What this tool keeps between two runs: intermediate files and fingerprints. Safe to delete.
pub fn cache() -> PathBuf {
    target().join("xtask")
}

/// The bundle, as `docs/ARCHITECTURE.md` lays it out.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Waits until nobody else holds the lock of this name, and holds it until the file is dropped: steps that run beside each
/// other, as threads or as processes, install the same things.
///
/// # Errors
/// Where the target directory cannot be written.
pub fn lock(name: &str) -> anyhow::Result<File> {
    fs::create_dir_all(cache()).context("the target directory cannot be written")?;
    let path = cache().join(format!("{name}.lock"));
    let lock = || {
        let file = File::options().create(true).truncate(false).write(true).open(&path)?;
        file.lock()?;
        Ok::<_, std::io::Error>(file)
    };
    lock().with_context(|| format!("{} cannot be locked", path.display()))
}
