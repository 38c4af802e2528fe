//! Cutting: one module becomes two.

use anyhow::{Context, anyhow, bail};
use wasm_encoder::Module;
use wasm_encoder::reencode::{Error, Reencode};
use wasmparser::{Parser, Validator};

use super::Needs;
use super::first::First;
use super::second::Second;
use super::whole::Whole;

/// Why a module cannot be written.
pub type Failed = Error<anyhow::Error>;

/// The module without the part, and the part. The part's exports are none: it fills its places of the table, and its data.
///
/// # Errors
/// When nothing is left of the part, because the module calls it without going through the table.
pub fn cut(wasm: &[u8], needs: &Needs) -> anyhow::Result<[Vec<u8>; 2]> {
    let whole = Whole::read(wasm)?;
    let part = whole.part(needs)?;
    let is_left = |slot: &u32| whole.table.get(slot).is_some_and(|function| part.contains(function));
    if !needs.doors.iter().all(is_left) {
        bail!(
            "the module calls an entrance of its part, and not through a pointer that the compiler cannot see through"
        );
    }
    let mut builder = Second::new(&whole, &part);
    let second = builder.build(needs)?;
    let names = builder.names();
    let mut first = First { whole: &whole, part: &part, needs, names: &names };
    let mut module = Module::new();
    let written = first.parse_core_module(&mut module, Parser::new(0), wasm);
    written.map_err(|error| anyhow!("the module cannot be written without its part: {error}"))?;
    let both = [module.finish(), second];
    for module in &both {
        Validator::new().validate_all(module).context("what was cut is no module")?;
    }
    Ok(both)
}
