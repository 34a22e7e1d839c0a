//! Flags, environment, env file and secret files made into checked settings, once (contract §3).
