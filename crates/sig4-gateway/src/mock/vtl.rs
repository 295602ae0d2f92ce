//! The templates of MOCK integrations that can be read: text, and the one template that the CDK writes for several origins.
//!
//! Source: "Mapping template transformations for REST APIs in API Gateway"; aws/aws-cdk, the snapshot
//! `integ.cors-allow-multiple-origins`.

use std::fmt;

/// The lines before the comparison in the template of the CDK.
const BEFORE: [&str; 4] = [
    r#"#set($origin = $input.params().header.get("Origin"))"#,
    r#"#if($origin == "")"#,
    r#"#set($origin = $input.params().header.get("origin"))"#,
    "#end",
];
/// The lines after it.
const AFTER: [&str; 2] = ["#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)", "#end"];
/// The maximum length of the VTL that a message repeats, in characters.
const SHOWN_LEN: usize = 80;

/// A response template.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum ResponseTemplate {
    /// A text without VTL.
    Text(String),
    /// The template of the CDK: these origins are allowed besides that of the header.
    Origins(Vec<String>),
}

/// VTL that cannot be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UnsupportedVtl {
    /// The line, counted from one.
    line: usize,
    /// The line's text.
    text: String,
}

impl fmt::Display for UnsupportedVtl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.text.chars().take(SHOWN_LEN).collect();
        let dots = if shown.len() < self.text.len() { "…" } else { "" };
        write!(
            f,
            "line {}: VTL is not supported but for the template that the CDK writes for several origins: `{shown}{dots}`",
            self.line
        )
    }
}

impl ResponseTemplate {
    /// Reads a template.
    pub(crate) fn parse(text: &str) -> Result<Self, UnsupportedVtl> {
        match (origins(text), first_vtl(text)) {
            (Some(origins), _) => Ok(Self::Origins(origins)),
            (None, None) => Ok(Self::Text(text.to_owned())),
            (None, Some(found)) => Err(found),
        }
    }
}

/// The first line that VTL would change: a reference, a directive or a comment.
///
/// Source: "Velocity Template Language (VTL) Reference".
pub(crate) fn first_vtl(text: &str) -> Option<UnsupportedVtl> {
    let begins_vtl = |pair: &[u8]| match pair {
        [b'$', next] => next.is_ascii_alphabetic() || matches!(next, b'{' | b'!' | b'_'),
        [b'#', next] => next.is_ascii_alphabetic() || matches!(next, b'{' | b'#' | b'*' | b'[' | b'@'),
        _ => false,
    };
    // No reference or directive begins at the end of a line.
    let mut lines = text.lines().enumerate();
    let (line, text) = lines.find(|(_, line)| line.as_bytes().windows(2).any(begins_vtl))?;
    Some(UnsupportedVtl { line: line + 1, text: text.trim().to_owned() })
}

/// The origins of the CDK's template, if `text` is that template.
fn origins(text: &str) -> Option<Vec<String>> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let rest = lines.strip_prefix(&BEFORE[..])?.strip_suffix(&AFTER[..])?;
    let [comparison] = rest else { return None };
    let comparisons = comparison.strip_prefix("#if(")?.strip_suffix(')')?;
    comparisons.split(" || ").map(origin).collect()
}

/// The origin of `$origin == "…"`, in which nothing is VTL.
fn origin(comparison: &str) -> Option<String> {
    let origin = comparison.strip_prefix("$origin == \"")?.strip_suffix('"')?;
    let is_plain = !origin.is_empty() && origin.bytes().all(|b| b.is_ascii_graphic() && !br#""\$#"#.contains(&b));
    is_plain.then(|| origin.to_owned())
}

#[cfg(test)]
mod tests {
    use super::ResponseTemplate;

    /// As aws-cdk-lib 2.276.0 writes it for `https://a.example`, `https://b.example` and `http://localhost:5173`.
    const SEVERAL: &str = "#set($origin = $input.params().header.get(\"Origin\"))\n#if($origin == \"\")\n  \
        #set($origin = $input.params().header.get(\"origin\"))\n#end\n#if($origin == \"https://b.example\" || \
        $origin == \"http://localhost:5173\")\n  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)\n\
        #end";

    #[test]
    fn the_template_for_several_origins_is_read() {
        let origins = ["https://b.example", "http://localhost:5173"].map(str::to_owned).to_vec();
        assert_eq!(ResponseTemplate::parse(SEVERAL), Ok(ResponseTemplate::Origins(origins)));
    }

    #[test]
    fn a_template_that_is_not_quite_that_one_is_refused() {
        for (from, to, line) in [
            ("#end\n#if", "#end\n#set($x = 1)\n#if", 1),
            ("\"https://b.example\"", "\"$stageVariables.origin\"", 1),
            ("\"https://b.example\"", "\"\"", 1),
            (" || ", " && ", 1),
            ("Allow-Origin = $origin", "Allow-Credentials = $origin", 1),
            ("get(\"Origin\")", "get(\"Referer\")", 1),
            ("== \"https://b.example\"", "!= \"https://b.example\"", 1),
            ("#set($origin = $input.params().header.get(\"Origin\"))", "text", 2),
        ] {
            let text = SEVERAL.replacen(from, to, 1);
            assert_ne!(text, SEVERAL, "{from}");
            let error = ResponseTemplate::parse(&text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("line {line}: VTL is not supported")), "{to}: {error}");
        }
    }

    #[test]
    fn text_is_kept_and_vtl_is_refused_with_its_line() {
        for text in ["", "{\"a\": 1}", "price: 7$ #1 $5\n#", "a #-b $(c)"] {
            assert_eq!(ResponseTemplate::parse(text), Ok(ResponseTemplate::Text(text.to_owned())));
        }
        for text in
            ["$input.json('$')", "${x}", "$!x", "## note", "#*x*#", "#[[x]]#", "#{if}(1)", "#@m()", "#if(1)", "$_x"]
        {
            let error = ResponseTemplate::parse(&format!("{{\n  {text}\n}}")).unwrap_err().to_string();
            assert!(error.starts_with("line 2: VTL is not supported") && error.contains(text), "{error}");
        }
    }
}
