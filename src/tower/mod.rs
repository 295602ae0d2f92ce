//! Layers of `tower` that authorize and sign requests.
