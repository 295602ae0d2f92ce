//! Conversions from text for types that have a `parse`.

/// Implements `FromStr` and `TryFrom` of `&str`, `&String` and `String` for types with `fn parse(&str) -> Result<Self, Error>`.
macro_rules! from_text {
    ($error:ty: $($noun:ty),+ $(,)?) => {$(
        impl std::str::FromStr for $noun {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $noun {
            type Error = $error;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl TryFrom<&String> for $noun {
            type Error = $error;

            fn try_from(text: &String) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $noun {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }
    )+};
}

pub(crate) use from_text;
