//! IAM: policies, principals, and whether the ones let the others do something.
