//! The keys of routes and the variables of functions cost what their length costs.

use sig4_gateway::{FunctionConfiguration, RouteKey};
use sig4_test_support::counted::{self, WORK};
use std::hint::black_box;

/// Ten times the items cost at most so many times the instructions, those of maps that keep an order among them.
const MOST: f64 = 18.0;

/// `text` so many times; `#` becomes the number of the piece.
fn items(n: usize, text: &str) -> String {
    (0..n).map(|n| text.replace('#', &format!("{n:05}"))).collect()
}

/// Valgrind counts while this runs: the key of a route.
#[inline(never)]
fn sig4_scaling_parses(text: &str) {
    drop(black_box(RouteKey::parse(text).expect("it is a key")));
}

/// The same for the variables of a function.
#[inline(never)]
fn sig4_scaling_configures(names: Vec<String>) {
    let begun = FunctionConfiguration::new("f");
    drop(black_box(names.into_iter().fold(begun, |all, name| all.with_variable(name, "v"))));
}

/// Reads `n` of something.
pub fn work(shape: &str, n: usize) {
    match shape {
        "PathVariables" => sig4_scaling_parses(&format!("GET /{}", items(n, "{#}/"))),
        "PathTexts" => sig4_scaling_parses(&format!("GET /{}", items(n, "a/"))),
        "Environment" => sig4_scaling_configures((0..n).map(|n| format!("NAME_{n:05}")).collect()),
        other => panic!("{other} is no shape"),
    }
}

macro_rules! grows_with_the_text {
    ($($name:ident $shape:literal $small:literal)+) => {
        $(#[test]
        fn $name() {
            counted::assert_grows(concat!("Read:", $shape), WORK, $small, MOST);
        })+
    };
}

grows_with_the_text! {
    variables_of_a_path_are_linear "PathVariables" 12
    segments_of_a_path_are_linear "PathTexts" 50
    variables_of_a_function_are_linear "Environment" 300
}
