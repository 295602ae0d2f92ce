//! A request on the wire.

use sig4::request::RequestView;

/// A request, before it is signed and after it.
#[derive(Clone, Debug)]
pub struct Wire {
    pub method: String,
    pub path: String,
    pub query: Option<String>,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Wire {
    /// Reads `METHOD TARGET`, lines of `Name: value` with one blank that does not belong to the value, an empty line, and
    /// the body.
    pub fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let header = |line: &str| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_owned(), value.strip_prefix(' ').unwrap_or(value).as_bytes().to_vec())
        };
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.map(str::to_owned),
            headers: lines.map(header).collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }

    pub fn push(&mut self, name: &str, value: impl AsRef<[u8]>) {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
    }

    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
    }

    pub fn append_query(&mut self, more: &str) {
        self.query = Some(match self.query.take() {
            Some(query) if !query.is_empty() => query + "&" + more,
            _ => more.to_owned(),
        });
    }

    pub fn view(&self) -> RequestView<'_> {
        RequestView::new(&self.method, &self.path, self.query.as_deref(), &self.headers)
    }
}
