//! The demo of README: written with the first commands that it shows.

fn main() {}
