//! What is tried on arbitrary headers.

mod fuzz;
