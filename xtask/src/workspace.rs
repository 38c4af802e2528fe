//! Where things are in this checkout.

use std::env;
use std::path::{Path, PathBuf};

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

/// What this tool keeps between two runs: intermediate files and fingerprints. Safe to delete.
pub fn cache() -> PathBuf {
    target().join("xtask")
}

/// The bundle, as `docs/ARCHITECTURE.md` lays it out.
pub fn dist() -> PathBuf {
    root().join("dist")
}
