//! Whether standard output was open when the process began.
//!
//! Rust's runtime opens `/dev/null` in place of a closed standard stream before `main`, so that all output would succeed and be
//! lost. The check runs earlier: the loader calls the functions in a section of initialisers before it calls the runtime.

use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether standard output was closed. `false` on systems other than Linux.
pub(super) fn was_closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

// SAFETY: the section holds pointers to functions of the C ABI. The function asks the kernel one question and stores a flag; it uses
// nothing that the runtime sets up, and cannot panic.
#[cfg(target_os = "linux")]
#[used]
#[unsafe(link_section = ".init_array")]
static AT_START: extern "C" fn() = {
    extern "C" fn look() {
        CLOSED.store(rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err(), Ordering::Relaxed);
    }
    look
};
