//! `examsync completions SHELL`: a completion script made from the clap definitions.

use clap_complete::Shell;

use super::Invocation;
use crate::cli::{self, CompletionsArguments};
use crate::exit::Failure;

/// Prints the script, and returns the exit code.
///
/// # Errors
/// stdout can't be written.
pub(super) fn run(invocation: &Invocation, arguments: &CompletionsArguments) -> Result<u8, Failure> {
    invocation.text("completions", &String::from_utf8_lossy(&script(arguments.shell)))
}

/// The script for `shell`, to be written to stdout as it is.
pub(crate) fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::definition(), "examsync", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_shell_gets_a_script_that_knows_the_commands() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(script(*shell)).unwrap();
            assert!(script.contains("participants") && script.contains("idle-interval"), "{shell}");
        }
    }
}
