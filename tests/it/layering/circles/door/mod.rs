mod inside;
pub use inside::Inside;
