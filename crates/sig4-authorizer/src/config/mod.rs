//! The configuration of an authorizer in one TOML file.
