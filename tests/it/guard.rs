//! The guard and its plan (contract §7): a sick feed can't empty the tables, and a person has the last word.

mod advice;
mod changes;
mod people;
mod places;
mod plans;
mod rooms;
mod texts;
