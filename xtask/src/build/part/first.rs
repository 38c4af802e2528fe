//! The module without its part.

use std::collections::BTreeSet;

use anyhow::anyhow;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, ExportKind, ExportSection, FunctionSection, Module,
};
use wasmparser::{
    CodeSectionReader, DataSectionReader, ElementSectionReader, ExportSectionReader, FunctionSectionReader,
};

use super::Needs;
use super::cut::Failed;
use super::segments::{fill, pieces};
use super::whole::Whole;

/// So many bytes of the part's data between two pieces of the module's are zeros there: to say that they are apart takes as many.
const APART: u32 = 8;

/// The module without its part.
pub struct First<'a> {
    pub whole: &'a Whole<'a>,
    pub part: &'a BTreeSet<u32>,
    pub needs: &'a Needs,
    /// What it exports for the part, by name.
    pub names: &'a [(String, ExportKind, u32)],
}

impl First<'_> {
    fn own<T>(&self, entries: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        (self.whole.imports..)
            .zip(entries)
            .filter(|(function, _)| !self.part.contains(function))
            .map(|(_, entry)| entry)
    }

    fn data(&self) -> Vec<(u32, Vec<u8>)> {
        let mut data = Vec::new();
        for (address, bytes) in &self.whole.data {
            let end = address + bytes.len() as u32;
            let mut from = *address;
            for away in self.needs.data.iter().filter(|away| away.start < end && away.end > *address) {
                data.push(from..away.start.max(from));
                from = away.end;
            }
            data.push(from..end);
        }
        pieces(&self.whole.data, data, APART)
    }
}

impl Reencode for First<'_> {
    type Error = anyhow::Error;

    fn function_index(&mut self, index: u32) -> Result<u32, Failed> {
        if self.part.contains(&index) {
            return Err(Error::UserError(anyhow!("function {index} of the part is still called")));
        }
        Ok(index - self.part.range(..index).count() as u32)
    }

    fn parse_custom_section(
        &mut self,
        _: &mut Module,
        _: wasmparser::CustomSectionReader<'_>,
    ) -> Result<(), Failed> {
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Failed> {
        for kind in self.own(section.into_iter()).collect::<Vec<_>>() {
            functions.function(self.type_index(kind?)?);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Failed> {
        for body in self.own(section.into_iter()).collect::<Vec<_>>() {
            self.parse_function_body(code, body?)?;
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Failed> {
        for export in section {
            self.parse_export(exports, export?)?;
        }
        for (name, kind, index) in self.names {
            let known = self.whole.exports.iter().any(|(other, ..)| other == name);
            if !known {
                let index = if *kind == ExportKind::Func { self.function_index(*index)? } else { *index };
                exports.export(name, *kind, index);
            }
        }
        Ok(())
    }

    fn parse_element_section(
        &mut self,
        elements: &mut ElementSection,
        _: ElementSectionReader<'_>,
    ) -> Result<(), Failed> {
        let mut own = Vec::new();
        for (slot, function) in self.whole.table.iter().filter(|(_, function)| !self.part.contains(function))
        {
            own.push((*slot, self.function_index(*function)?));
        }
        fill(elements, &own);
        Ok(())
    }

    fn data_count(&mut self, _: u32) -> Result<u32, Failed> {
        Ok(self.data().len() as u32)
    }

    fn parse_data_section(&mut self, data: &mut DataSection, _: DataSectionReader<'_>) -> Result<(), Failed> {
        for (address, bytes) in self.data() {
            data.active(0, &ConstExpr::i32_const(address as i32), bytes);
        }
        Ok(())
    }
}
