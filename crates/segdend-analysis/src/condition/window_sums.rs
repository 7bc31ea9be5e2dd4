//! Sums over a sliding window that do not drift.
//!
//! Sums from which old entries are subtracted carry the rounding of everything that ever passed. A
//! second set of sums takes only additions; whenever the window has been filled anew it holds
//! exactly the window, replaces the first set and starts again at zero. So no sum carries the
//! rounding of more than two windows.

/// Sums over the last entries, each `LANES` numbers wide, that do not drift.
#[derive(Debug, Clone)]
pub(super) struct WindowSums<Value, const LANES: usize> {
    /// The entries of the window, example by example; zero where there was none yet.
    ring: Vec<[Value; LANES]>,
    /// Where the next example goes.
    next: usize,
    /// The next example.
    pub(super) offered: Vec<[f64; LANES]>,
    raw: Vec<[Value; LANES]>,
    /// Over the window: additions and subtractions.
    pub(super) sums: Vec<[f64; LANES]>,
    /// Over the examples since the ring last began anew: additions only.
    fresh: Vec<[f64; LANES]>,
}

impl<Value: Copy + Default + Into<f64>, const LANES: usize> WindowSums<Value, LANES> {
    pub(super) fn new(entries: usize, capacity: usize) -> Self {
        Self {
            ring: vec![[Value::default(); LANES]; entries * capacity],
            next: 0,
            offered: vec![[0.0; LANES]; entries],
            raw: vec![[Value::default(); LANES]; entries],
            sums: vec![[0.0; LANES]; entries],
            fresh: vec![[0.0; LANES]; entries],
        }
    }

    /// Holds an example ready, outside the sums.
    pub(super) fn offer(&mut self, fill: impl FnOnce(&mut [[Value; LANES]])) {
        fill(&mut self.raw);
        let raw = self.raw.as_flattened();
        for (offered, &raw) in self.offered.as_flattened_mut().iter_mut().zip(raw) {
            *offered = raw.into();
        }
    }

    /// Takes it into the sums, in place of the oldest.
    pub(super) fn take_offered(&mut self) {
        let entries = self.sums.len();
        let oldest = &mut self.ring[self.next * entries..(self.next + 1) * entries];
        let sums = self.sums.as_flattened_mut().iter_mut();
        let fresh = self.fresh.as_flattened_mut().iter_mut();
        let offered = self.offered.as_flattened();
        for (((&oldest, offered), sum), fresh) in oldest
            .as_flattened()
            .iter()
            .zip(offered)
            .zip(sums)
            .zip(fresh)
        {
            let oldest: f64 = oldest.into();
            *sum = (*sum + offered) - oldest;
            *fresh += offered;
        }
        oldest.copy_from_slice(&self.raw);
        self.next += 1;
        if self.next * entries == self.ring.len() {
            self.next = 0;
            self.sums.copy_from_slice(&self.fresh);
            self.fresh.fill([0.0; LANES]);
        }
    }
}
