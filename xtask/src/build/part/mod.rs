//! A part of a module in a file of its own, which is fetched when it is needed.
//!
//! Module and part share memory and table, so that pointers and closures mean the same in both. The module reaches the part's functions
//! through the table alone, where their places are empty until the part is there; the part imports what it calls of the module.
//! It is cut off as the last step, after wasm-bindgen and wasm-opt, which see one module and know nothing of it: what belongs to
//! the part is found out before them, from the linker's relocations ([`needs`]), and goes through them as names of functions.

mod cut;
mod first;
mod linked;
mod needs;
mod second;
mod segments;
#[cfg(test)]
mod tests;
mod whole;

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::Context;
use wasm_encoder::{Module, NameMap, NameSection, RawSection};
use wasmparser::{Parser, Payload};

pub use cut::cut;
pub use needs::{Needs, of};

/// What the names of the part's functions begin with, on their way through wasm-bindgen and wasm-opt.
const MARK: &str = "part:";

/// The module without relocations and without names but for those that mark the part's functions.
///
/// # Errors
/// When it is no module that can be read.
pub fn marked(wasm: &[u8], functions: &BTreeSet<u32>) -> anyhow::Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Payload::CustomSection(section) = &payload {
            let name = section.name();
            if name == "name" || name == "linking" || name.starts_with("reloc.") || name.starts_with(".debug")
            {
                continue;
            }
        }
        if let Some((id, range)) = payload.as_section() {
            let data = bytes(wasm, range)?;
            module.section(&RawSection { id, data });
        }
    }
    let mut names = NameMap::new();
    for function in functions {
        names.append(*function, &format!("{MARK}{function}"));
    }
    let mut section = NameSection::new();
    section.functions(&names);
    module.section(&section);
    Ok(module.finish())
}

fn bytes(wasm: &[u8], range: Range<usize>) -> anyhow::Result<&[u8]> {
    wasm.get(range).context("a section goes beyond the module")
}
