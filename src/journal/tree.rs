//! The Merkle tree over the log: RFC 6962, over the exact bytes of `entry`.
//!
//! Appending needs no more than the roots of the full subtrees ([`Peaks`]);
//! proofs need every hash ([`Hashes`]), which are computed again from the
//! journal when somebody asks for one.

pub use tlog_tiles::{Hash, RecordProof, TreeProof};
use tlog_tiles::{HashReader, node_hash};

use super::commitment;
use super::entry::Seal;

/// The leaf hash of an entry.
pub fn leaf(entry: &[u8]) -> Hash {
    tlog_tiles::record_hash(entry)
}

/// A tree as far as it takes to go on: its size and the roots of its full
/// subtrees, largest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Peaks {
    size: u64,
    roots: Vec<Hash>,
}

impl Peaks {
    /// The tree of `size` leaves with these subtree roots; `None` where a
    /// tree of that size has another number of them.
    pub fn new(size: u64, roots: Vec<Hash>) -> Option<Peaks> {
        (roots.len() == size.count_ones() as usize).then_some(Peaks { size, roots })
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        // Every trailing 1 bit of the size is a full subtree that the new
        // leaf completes to the next larger one.
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self.roots.pop().expect("a tree has one root for every 1 bit of its size");
            hash = node_hash(left, hash);
        }
        self.roots.push(hash);
        self.size += 1;
    }

    /// The root of the whole tree.
    pub fn root(&self) -> Hash {
        let mut roots = self.roots.iter().rev();
        let Some(last) = roots.next() else { return tlog_tiles::EMPTY_HASH };
        roots.fold(*last, |right, left| node_hash(*left, right))
    }

    /// The seal of the segment that began with entry `first` and ends here;
    /// `None` before it has an entry.
    pub fn seal(&self, first: u64) -> Option<Seal> {
        let last = self.size.checked_sub(1)?;
        let peaks = self.roots.iter().map(|hash| commitment::written(&hash.0)).collect();
        Some(Seal { first, last, peaks, root: commitment::written(&self.root().0) })
    }

    /// The tree as a seal left it; `None` where its peaks do not make its root.
    pub fn from_seal(seal: &Seal) -> Option<Peaks> {
        let roots = seal.peaks.iter().map(|hash| commitment::read(hash).map(Hash)).collect::<Option<_>>()?;
        let peaks = Peaks::new(seal.last.checked_add(1)?, roots)?;
        (commitment::written(&peaks.root().0) == seal.root).then_some(peaks)
    }
}

/// Every hash of a tree, for proofs.
#[derive(Default)]
pub struct Hashes {
    size: u64,
    stored: Vec<Hash>,
}

impl HashReader for Hashes {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        let read = |index: &u64| self.stored.get(*index as usize).copied();
        indexes.iter().map(read).collect::<Option<_>>().ok_or(tlog_tiles::Error::IndexesNotInTree)
    }
}

impl Hashes {
    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let new = tlog_tiles::stored_hashes_for_record_hash(self.size, leaf, self)
            .expect("a tree holds the hashes of its own subtrees");
        self.stored.extend(new);
        self.size += 1;
    }

    /// The root of the first `size` leaves; `None` where there are fewer.
    pub fn root(&self, size: u64) -> Option<Hash> {
        if size > self.size {
            return None;
        }
        tlog_tiles::tree_hash(size, self).ok()
    }

    /// The proof that entry `n` is in the tree of the first `size` entries.
    pub fn inclusion(&self, size: u64, n: u64) -> Option<RecordProof> {
        if n >= size || size > self.size {
            return None;
        }
        tlog_tiles::prove_record(size, n, self).ok()
    }

    /// The proof that the tree of the first `size` entries goes on from that
    /// of the first `earlier` ones.
    pub fn consistency(&self, size: u64, earlier: u64) -> Option<TreeProof> {
        if earlier == 0 || earlier > size || size > self.size {
            return None;
        }
        tlog_tiles::prove_tree(size, earlier, self).ok()
    }
}

/// Whether `proof` shows the leaf `hash` as number `n` of the tree of `size`
/// leaves with this `root`.
pub fn is_included(proof: &RecordProof, size: u64, root: Hash, n: u64, hash: Hash) -> bool {
    n < size && tlog_tiles::check_record(proof, size, root, n, hash).is_ok()
}

/// Whether `proof` shows that the tree of `size` leaves with this `root` goes
/// on from the one of `earlier` leaves with `earlier_root`.
pub fn is_consistent(proof: &TreeProof, size: u64, root: Hash, earlier: u64, earlier_root: Hash) -> bool {
    (1..=size).contains(&earlier) && tlog_tiles::check_tree(proof, size, root, earlier, earlier_root).is_ok()
}
