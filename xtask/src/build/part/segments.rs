//! Segments of the table and of data: what fills them, and where they are.

use std::ops::Range;

use anyhow::bail;
use wasm_encoder::{ConstExpr, ElementSection, Elements};
use wasmparser::{ElementItems, ElementKind, Operator};

/// The functions that a segment puts into the table, by their places.
///
/// # Errors
/// When it is not one of functions at a known place.
pub fn slots(element: wasmparser::Element<'_>) -> anyhow::Result<Vec<(u32, u32)>> {
    let (
        ElementKind::Active { table_index: None | Some(0), offset_expr },
        ElementItems::Functions(functions),
    ) = (element.kind, element.items)
    else {
        bail!("a part of the table is not of functions at a known place");
    };
    let start = constant(&offset_expr)?;
    (start..).zip(functions).map(|(slot, function)| Ok((slot, function?))).collect()
}

/// The number that an expression gives.
///
/// # Errors
/// When it gives something else.
pub fn constant(expression: &wasmparser::ConstExpr<'_>) -> anyhow::Result<u32> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value as u32),
        _ => bail!("an address is no constant"),
    }
}

/// Puts functions into their places of the table.
pub fn fill(elements: &mut ElementSection, slots: &[(u32, u32)]) {
    for run in slots.chunk_by(|one, next| one.0 + 1 == next.0) {
        let functions: Vec<u32> = run.iter().map(|(_, function)| *function).collect();
        if let Some((start, _)) = run.first() {
            elements.active(
                None,
                &ConstExpr::i32_const(*start as i32),
                Elements::Functions(functions.into()),
            );
        }
    }
}

/// The bytes at these addresses. Pieces that are no farther apart become one, with zeros between them.
pub fn pieces(data: &[(u32, &[u8])], ranges: Vec<Range<u32>>, apart: u32) -> Vec<(u32, Vec<u8>)> {
    let mut pieces: Vec<(u32, Vec<u8>)> = Vec::new();
    for range in ranges {
        for (address, bytes) in data {
            let (from, to) = (range.start.max(*address), range.end.min(address + bytes.len() as u32));
            let Some(bytes) = from
                .checked_sub(*address)
                .and_then(|start| bytes.get(start as usize..to.checked_sub(*address)? as usize))
            else {
                continue;
            };
            if bytes.is_empty() {
                continue;
            }
            match pieces.last_mut() {
                Some((start, last)) if from - (*start + last.len() as u32) <= apart => {
                    last.resize((from - *start) as usize, 0);
                    last.extend_from_slice(bytes);
                }
                _ => pieces.push((from, bytes.to_vec())),
            }
        }
    }
    pieces
}
