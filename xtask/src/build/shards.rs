//! The gazetteer's shards, made again only when its sources or its code have changed.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use crate::fingerprint::{self, Fingerprint};
use crate::gazetteer;
use crate::progress::step;
use crate::workspace::{cache, root};

/// The shards on disk.
pub struct Shards {
    pub path: PathBuf,
    /// Of what they were made from.
    pub fingerprint: String,
}

/// Makes the shards where they are out of date.
pub fn build() -> anyhow::Result<Shards> {
    let root = root();
    let path = cache().join("gazetteer");
    let fingerprint = Fingerprint::new()
        .dir(&root.join("data/gazetteer"))?
        .dir(&root.join("xtask/src/gazetteer"))?
        .file(&root.join("xtask/src/gazetteer.rs"))?
        .dir(&root.join("model/src/gazetteer"))?
        .finish();
    if !(fingerprint::is_known("gazetteer", &fingerprint) && path.is_dir()) {
        step("cut the gazetteer into shards", || {
            if path.exists() {
                fs::remove_dir_all(&path).with_context(|| format!("{} cannot be emptied", path.display()))?;
            }
            fs::create_dir_all(&path).with_context(|| format!("{} cannot be made", path.display()))?;
            gazetteer::write_shards(&path)
        })?;
        fingerprint::remember("gazetteer", &fingerprint)?;
    }
    Ok(Shards { path, fingerprint })
}
