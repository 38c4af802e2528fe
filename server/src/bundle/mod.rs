//! The widget's files: `cargo xtask build` writes them to `dist/`, and the binary embeds them.

pub mod earlier;
mod pack;
pub mod pinned;
mod places;
pub mod routes;
mod understood;

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use axum::body::Bytes;

use crate::http::negotiation::Encoding;
use crate::http::representation::{IMMUTABLE, Representation, TEXT, tag};

pub use places::COUNTRIES;
pub use understood::Understood;

static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bundle.bin"));
static INDEX: &str = include_str!(concat!(env!("OUT_DIR"), "/bundle.index"));

/// The tag itself and the pages: five minutes, so that a new version reaches every page soon, and a day more while it
/// is asked for again, so that no page waits for it.
const SHORT: &str = "public, max-age=300, stale-while-revalidate=86400";

/// The tag's script.
pub const TAG: &str = "v1/alentour.js";

/// Where the files come from.
#[derive(Debug)]
pub enum Bundle {
    /// From the binary.
    Embedded(HashMap<&'static str, File>),
    /// From a directory, read anew for each request: for work on the widget itself.
    Directory(PathBuf),
}

/// One file of the binary's.
#[derive(Debug)]
pub struct File {
    bytes: &'static [u8],
    tag: OnceLock<String>,
}

impl Bundle {
    /// The files that the binary was built with.
    pub fn embedded() -> Self {
        let files = INDEX.lines().filter_map(|line| {
            let mut fields = line.split('\t');
            let (name, start, length) = (fields.next()?, fields.next()?, fields.next()?);
            let start: usize = start.parse().ok()?;
            let bytes = BLOB.get(start..start + length.parse::<usize>().ok()?)?;
            Some((name, File { bytes, tag: OnceLock::new() }))
        });
        Self::Embedded(files.collect())
    }

    /// Whether there is a widget to serve.
    pub fn is_built(&self) -> bool {
        match self {
            Self::Embedded(files) => files.contains_key(TAG),
            Self::Directory(folder) => folder.join(TAG).is_file(),
        }
    }

    /// The paths of all files below `v1/`, compressed siblings included.
    ///
    /// # Errors
    /// The system's, for a directory that cannot be read.
    pub fn names(&self) -> std::io::Result<Vec<String>> {
        let mut names = Vec::new();
        match self {
            Self::Embedded(files) => {
                names.extend(
                    files.keys().filter(|name| name.starts_with("v1/")).map(|name| (*name).to_owned()),
                );
            }
            Self::Directory(folder) => {
                let mut left = vec![folder.join("v1")];
                while let Some(next) = left.pop() {
                    for entry in std::fs::read_dir(next)? {
                        let path = entry?.path();
                        if path.is_dir() {
                            left.push(path);
                        } else if let Ok(name) = path.strip_prefix(folder) {
                            names.push(name.to_string_lossy().replace('\\', "/"));
                        }
                    }
                }
            }
        }
        names.sort();
        Ok(names)
    }

    /// The path of the style sheet for the views on pages of their own; `None` where the bundle has not been built.
    pub fn page_style(&self) -> Option<String> {
        self.hashed("pages", "css")
    }

    /// The path of a file whose name carries its hash, by the name's beginning and its ending.
    pub fn hashed(&self, stem: &str, ending: &str) -> Option<String> {
        let is_it = |name: &str| {
            let hash = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(ending));
            hash.is_some_and(|hash| hash.len() > 2 && hash.bytes().filter(|b| *b == b'.').count() == 2)
        };
        match self {
            Self::Embedded(files) => {
                let found = files.keys().find(|path| path.strip_prefix("v1/a/").is_some_and(is_it));
                found.map(|path| (*path).to_owned())
            }
            Self::Directory(folder) => std::fs::read_dir(folder.join("v1/a")).ok()?.find_map(|entry| {
                let name = entry.ok()?.file_name().into_string().ok()?;
                is_it(&name).then(|| format!("v1/a/{name}"))
            }),
        }
    }

    /// The content of one of [`names`](Self::names), or of the tag of this version.
    ///
    /// # Errors
    /// The system's, for what is not there or cannot be read.
    pub fn bytes(&self, name: &str) -> std::io::Result<std::borrow::Cow<'static, [u8]>> {
        let name = pinned::source(name);
        match self {
            Self::Embedded(files) => match files.get(name.as_str()) {
                Some(file) => Ok(file.bytes.into()),
                None => Err(std::io::ErrorKind::NotFound.into()),
            },
            Self::Directory(folder) => std::fs::read(folder.join(name)).map(Into::into),
        }
    }

    /// The file of that path (`v1/alentour.js`), with its compressed siblings.
    pub async fn find(&self, path: &str) -> Option<Representation> {
        // The siblings are not resources of their own: they would be served without their encoding.
        if Encoding::ALL.iter().any(|e| !e.suffix().is_empty() && path.ends_with(e.suffix())) {
            return None;
        }
        let is_lasting = path.starts_with("v1/a/") || pinned::version(path).is_some();
        let cache = if is_lasting { IMMUTABLE } else { SHORT };
        let content_type = content_type(path);
        let path = pinned::source(path);
        let path = path.as_str();
        match self {
            Self::Embedded(files) => {
                let file = files.get(path)?;
                let sibling = |encoding: Encoding| {
                    let file = files.get(format!("{path}{}", encoding.suffix()).as_str())?;
                    Some(Bytes::from_static(file.bytes))
                };
                Some(Representation {
                    identity: Bytes::from_static(file.bytes),
                    brotli: sibling(Encoding::Brotli),
                    gzip: sibling(Encoding::Gzip),
                    tag: file.tag.get_or_init(|| tag(file.bytes)).clone(),
                    content_type,
                    cache,
                })
            }
            Self::Directory(folder) => {
                let relative = Path::new(path);
                // Nothing but plain names: no `..`, no root, no drive.
                if !relative.components().all(|part| matches!(part, Component::Normal(_))) || path.is_empty()
                {
                    return None;
                }
                let read = async |encoding: Encoding| {
                    let file = folder.join(format!("{path}{}", encoding.suffix()));
                    tokio::task::spawn_blocking(move || std::fs::read(file)).await.ok()?.ok().map(Bytes::from)
                };
                let identity = read(Encoding::Identity).await?;
                Some(Representation {
                    tag: tag(&identity),
                    identity,
                    brotli: read(Encoding::Brotli).await,
                    gzip: read(Encoding::Gzip).await,
                    content_type,
                    cache,
                })
            }
        }
    }
}

/// `Content-Type` by the name's ending. Browsers refuse to compile WebAssembly while it arrives under any other type.
fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "css" => "text/css; charset=utf-8",
        "txt" | "ts" => TEXT,
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
