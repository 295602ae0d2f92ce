//! The few XML documents of the store.

/// The answer to a new multipart upload.
pub fn upload(bucket: &str, key: &str, id: &str) -> String {
    let (bucket, key) = (escaped(bucket), escaped(key));
    let content = format!("<Bucket>{bucket}</Bucket><Key>{key}</Key><UploadId>{id}</UploadId>");
    document("InitiateMultipartUploadResult", &content)
}

/// The answer to a completed multipart upload.
pub fn completed(bucket: &str, key: &str, etag: &str) -> String {
    let (bucket, key, etag) = (escaped(bucket), escaped(key), escaped(etag));
    let content = format!("<Bucket>{bucket}</Bucket><Key>{key}</Key><ETag>{etag}</ETag>");
    document("CompleteMultipartUploadResult", &content)
}

/// The objects of a bucket whose keys begin with a prefix.
pub fn list(bucket: &str, prefix: &str, objects: &[(String, usize)]) -> String {
    let object = |(key, size): &(String, usize)| {
        let key = escaped(key);
        format!(
            "<Contents><Key>{key}</Key><Size>{size}</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;{size}-1&quot;</ETag></Contents>"
        )
    };
    let contents: String = objects.iter().map(object).collect();
    let (bucket, prefix, count) = (escaped(bucket), escaped(prefix), objects.len());
    let head = format!("<Name>{bucket}</Name><Prefix>{prefix}</Prefix><KeyCount>{count}</KeyCount>");
    document("ListBucketResult", &format!("{head}<IsTruncated>false</IsTruncated>{contents}"))
}

/// The region of a bucket; the empty one is us-east-1.
pub fn location() -> String {
    document("LocationConstraint", "")
}

/// An error.
pub fn error(code: &str, message: &str) -> String {
    let message = escaped(message);
    format!(r#"<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"#)
}

fn document(name: &str, content: &str) -> String {
    let namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    format!(r#"<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{namespace}">{content}</{name}>"#)
}

fn escaped(text: &str) -> String {
    let escapes = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")];
    escapes.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
