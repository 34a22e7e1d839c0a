//! Rows whose columns are read by their place: to find each by its name takes longer than to read it.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSqlRow, QueryableByName};
use diesel::row::NamedRow;

/// A row of columns of the types `ST`, in this order; for statements with many rows.
#[derive(Debug)]
pub(crate) struct ByPosition<ST, T> {
    /// What was read.
    pub(crate) row: T,
    types: PhantomData<ST>,
}

impl<ST, T, DB> QueryableByName<DB> for ByPosition<ST, T>
where
    DB: Backend,
    T: FromSqlRow<ST, DB>,
{
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        Ok(Self { row: T::build_from_row(row)?, types: PhantomData })
    }
}
