type T = Vec<crate::x::X>;
