//! The allocator: the first memory a process asks for lies in one piece, and what asks for more is served by the system.
//!
//! A capture asks for less than the piece has: it makes no system call for memory and touches one page after the other,
//! where an allocator that sorts by size touches a page for each size. Nothing is looked for and nothing is sorted; only
//! what was given last is taken back. A flush loses the piece and nothing else.
//!
//! When the system has no memory left, `std` says so on stderr and aborts. A hook must not: see [`end_unseen_when_full`].

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::sys;

/// What a capture of a long turn needs, twice.
const PIECE_BYTES: usize = 128 * 1024;
/// A larger block would take the room of a hundred small ones, and can be remapped instead of copied where the system
/// gives it.
const LARGEST_BYTES: usize = 16 * 1024;

/// What is done before the process ends for want of memory; unset: an allocation that fails is its caller's to mend.
static LAST_WORDS: OnceLock<fn()> = OnceLock::new();
/// They need memory themselves, and there may be none for them either.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

/// From now on, an allocation that fails ends the process with exit code 0 and nothing printed, after `last_words`.
pub fn end_unseen_when_full(last_words: fn()) {
    // Said twice, the first words stay.
    LAST_WORDS.get_or_init(|| last_words);
}

/// What the system gave; it does not return when that is nothing and nobody may see it.
fn given(block: *mut u8) -> *mut u8 {
    if block.is_null()
        && let Some(last_words) = LAST_WORDS.get()
    {
        if !IS_ENDING.swap(true, Ordering::Relaxed) {
            last_words();
        }
        sys::end_unseen();
    }
    block
}

/// The piece, and how much of it was given away. In this order: the count lies in a page that is in use anyway.
#[derive(Debug)]
#[repr(C)]
pub struct Arena<const BYTES: usize = PIECE_BYTES> {
    used: AtomicUsize,
    piece: Piece<BYTES>,
}

#[derive(Debug)]
#[repr(align(16))]
struct Piece<const BYTES: usize>(UnsafeCell<[MaybeUninit<u8>; BYTES]>);

// SAFETY: the bytes are reached only through pointers that `alloc` gives away, each byte to one owner at a time.
#[expect(unsafe_code, reason = "an allocator is shared by all threads")]
unsafe impl<const BYTES: usize> Sync for Piece<BYTES> {}

impl<const BYTES: usize> Arena<BYTES> {
    /// Nothing given away.
    pub const fn new() -> Self {
        Self { used: AtomicUsize::new(0), piece: Piece(UnsafeCell::new([MaybeUninit::uninit(); BYTES])) }
    }

    fn start(&self) -> *mut u8 {
        self.piece.0.get().cast()
    }

    /// Where a pointer points to in the piece; `None` when it is the system's.
    fn offset(&self, pointer: *const u8) -> Option<usize> {
        let offset = pointer.addr().wrapping_sub(self.start().addr());
        (offset < BYTES).then_some(offset)
    }

    /// Takes room in the piece; where it begins. `None` when there is not enough.
    fn take(&self, layout: Layout) -> Option<usize> {
        if layout.size() > LARGEST_BYTES {
            return None;
        }
        let mut used = self.used.load(Ordering::Relaxed);
        loop {
            let start = (self.start().addr() + used).checked_next_multiple_of(layout.align())?;
            let start = start - self.start().addr();
            let end = start.checked_add(layout.size()).filter(|end| *end <= BYTES)?;
            // What another thread wrote to the bytes it gave back comes before what is written to them now.
            match self.used.compare_exchange_weak(used, end, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return Some(start),
                Err(now) => used = now,
            }
        }
    }

    /// Moves the end of what was given last from `end` to `new_end`. False when something was given after it, or when
    /// there is no room.
    fn move_end(&self, end: usize, new_end: usize) -> bool {
        new_end <= BYTES
            && self.used.compare_exchange(end, new_end, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }
}

impl<const BYTES: usize> Default for Arena<BYTES> {
    fn default() -> Self {
        Self::new()
    }
}

// SAFETY: a block is either the system's, and stays its in every call, or lies in the piece: aligned and inside by `take`,
// and apart from every other block, because `used` only moves over bytes that nobody owns (forward in `take`) or that the
// caller gives up (back in `move_end`, which fails unless they are the last).
#[expect(unsafe_code, reason = "the trait is unsafe: an allocator vouches for the memory it gives")]
unsafe impl<const BYTES: usize> GlobalAlloc for Arena<BYTES> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match self.take(layout) {
            // SAFETY: `take` gives offsets in the piece.
            Some(offset) => unsafe { self.start().add(offset) },
            // SAFETY: the caller's promise about the layout is handed on.
            None => given(unsafe { System.alloc(layout) }),
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match self.take(layout) {
            // SAFETY: the block is in the piece, as long as the layout says, and nobody else's. It may have been used before.
            Some(offset) => unsafe {
                let block = self.start().add(offset);
                block.write_bytes(0, layout.size());
                block
            },
            // SAFETY: as in `alloc`.
            None => given(unsafe { System.alloc_zeroed(layout) }),
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match self.offset(block) {
            Some(offset) => {
                // What is not the last stays used to the end of the process.
                self.move_end(offset + layout.size(), offset);
            }
            // SAFETY: not in the piece, so it is the system's; the caller's promise is handed on.
            None => unsafe { System.dealloc(block, layout) },
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let Some(offset) = self.offset(block) else {
            // SAFETY: as in `dealloc`.
            return given(unsafe { System.realloc(block, layout, new_size) });
        };
        let is_last = self.move_end(offset + layout.size(), offset.saturating_add(new_size));
        if is_last || new_size <= layout.size() {
            return block;
        }
        // SAFETY: the caller promises that the new size with the old alignment is a layout; both blocks are at least as
        // long as the old size, and apart.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, layout.size());
            }
            moved
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(unsafe_code, reason = "an allocator is called through an unsafe trait")]

    use super::*;

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).unwrap()
    }

    #[test]
    fn blocks_are_aligned_and_apart_and_go_over_to_the_system_when_the_piece_is_full() {
        let arena = Arena::<1024>::new();
        let mut blocks: Vec<(*mut u8, Layout)> = Vec::new();
        for number in 0..64_u8 {
            let layout = layout(1 + usize::from(number), 1 << (number % 7));
            // SAFETY: the layout has a size.
            let block = unsafe { arena.alloc(layout) };
            assert_eq!(block.addr() % layout.align(), 0);
            // SAFETY: the block is as long as its layout.
            unsafe { block.write_bytes(number, layout.size()) };
            blocks.push((block, layout));
        }
        assert!(blocks.iter().any(|(block, _)| arena.offset(*block).is_some()));
        assert!(blocks.iter().any(|(block, _)| arena.offset(*block).is_none()));
        for (number, (block, layout)) in (0_u8..).zip(&blocks) {
            // SAFETY: every byte of the block was written.
            let bytes = unsafe { std::slice::from_raw_parts(*block, layout.size()) };
            assert!(bytes.iter().all(|byte| *byte == number), "{number}");
            // SAFETY: given by this allocator with this layout.
            unsafe { arena.dealloc(*block, *layout) };
        }
    }

    #[test]
    fn the_last_block_grows_where_it_is_and_is_given_back() {
        let arena = Arena::<1024>::new();
        // SAFETY: the sizes are not zero, and each block is given back with the layout it has.
        unsafe {
            let first = arena.alloc(layout(100, 1));
            assert_eq!(arena.realloc(first, layout(100, 1), 300), first);
            let second = arena.alloc(layout(100, 1));
            second.write_bytes(7, 100);
            let moved = arena.realloc(first, layout(300, 1), 400);
            assert_ne!(moved, first);
            let far = arena.realloc(second, layout(100, 1), 2000);
            assert_eq!((arena.offset(far), *far, *far.add(99)), (None, 7, 7));
            System.dealloc(far, layout(2000, 1));
            arena.dealloc(moved, layout(400, 1));
            assert_eq!(arena.alloc(layout(400, 1)), moved);
        }
    }

    #[test]
    fn what_is_asked_for_in_zeros_is_zeros() {
        let arena = Arena::<1024>::new();
        // SAFETY: the sizes are not zero, and the blocks are as long as their layouts.
        unsafe {
            let block = arena.alloc(layout(64, 8));
            block.write_bytes(0xff, 64);
            arena.dealloc(block, layout(64, 8));
            let again = arena.alloc_zeroed(layout(64, 8));
            assert_eq!(again, block);
            assert!(std::slice::from_raw_parts(again, 64).iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn threads_never_get_the_same_bytes() {
        static ARENA: Arena<{ 64 * 1024 }> = Arena::new();
        std::thread::scope(|scope| {
            for thread in 0..4_u8 {
                scope.spawn(move || {
                    for round in 0..500_usize {
                        let layout = layout(1 + round % 61, 1);
                        // SAFETY: the size is not zero, the block is as long as its layout and is given back with it.
                        unsafe {
                            let block = ARENA.alloc(layout);
                            block.write_bytes(thread, layout.size());
                            std::thread::yield_now();
                            let bytes = std::slice::from_raw_parts(block, layout.size());
                            assert!(bytes.iter().all(|byte| *byte == thread));
                            if round % 3 != 0 {
                                ARENA.dealloc(block, layout);
                            }
                        }
                    }
                });
            }
        });
    }
}
