//! The clap definitions: the command line and nothing else.
