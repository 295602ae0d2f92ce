//! A global allocator that counts allocations and bytes, per thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

fn add(count: u64, bytes: usize) {
    let _ = COUNT.try_with(|cell| cell.set(cell.get() + count));
    let _ = BYTES.try_with(|cell| cell.set(cell.get().wrapping_add(bytes)));
}

fn take_off(bytes: usize) {
    let _ = BYTES.try_with(|cell| cell.set(cell.get().wrapping_sub(bytes)));
}

/// Counts allocations and reallocations, and forwards to the system's allocator.
#[derive(Debug)]
pub struct Counting;

// SAFETY: every call is forwarded to `System` unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(1, layout.size());
        // SAFETY: the caller upholds the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        take_off(layout.size());
        // SAFETY: the caller upholds the contract.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        add(1, size);
        take_off(layout.size());
        // SAFETY: the caller upholds the contract.
        unsafe { System.realloc(place, layout, size) }
    }
}

/// The number of allocations of `work` on this thread, and its result.
pub fn during<R>(work: impl FnOnce() -> R) -> (u64, R) {
    let before = COUNT.get();
    let done = work();
    (COUNT.get() - before, done)
}

/// The bytes that `work` allocates on this thread and does not free on it.
pub fn bytes_kept_by(work: impl FnOnce()) -> isize {
    let before = BYTES.get();
    work();
    BYTES.get().wrapping_sub(before).cast_signed()
}
