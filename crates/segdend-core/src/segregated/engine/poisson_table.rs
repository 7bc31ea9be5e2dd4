//! Poisson counts by inversion of a table.

/// Inversion of a Poisson distribution from one 32-bit word.
///
/// The table is built outward from the mode by recurrence, so that no exponential is needed and
/// any mean works; what lies beyond `2^-40` of the mode's probability is left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct PoissonTable {
    /// The smallest count.
    first: usize,
    /// `cumulative[i]`: 2^32 P(count <= first + i), rounded; as far as there are words beyond it.
    cumulative: Vec<u32>,
    scratch: Vec<f64>,
}

impl PoissonTable {
    /// Makes it the table of a mean.
    pub(crate) fn rebuild(&mut self, mean: f64) {
        const NEGLIGIBLE: f64 = 1.0 / (1_u64 << 40) as f64;
        let mode = mean as usize;
        self.scratch.clear();
        let mut weight = 1.0;
        let mut k = mode;
        while weight > NEGLIGIBLE {
            self.scratch.push(weight);
            if k == 0 {
                break;
            }
            weight *= k as f64 / mean;
            k -= 1;
        }
        self.scratch.reverse();
        self.first = mode + 1 - self.scratch.len();
        weight = mean / (mode + 1) as f64;
        k = mode + 1;
        while weight > NEGLIGIBLE {
            self.scratch.push(weight);
            k += 1;
            weight *= mean / k as f64;
        }
        let total: f64 = self.scratch.iter().sum();
        let scale = 4_294_967_296.0 / total;
        let mut sum = 0.0;
        self.cumulative.clear();
        // The largest count has all the words that are left.
        let (_, others) = self.scratch.split_last().expect("the mode at least");
        let cumulative = others.iter().map(|weight| {
            sum += weight;
            (sum * scale) as u64
        });
        self.cumulative
            .extend(cumulative.map_while(|words| u32::try_from(words).ok()));
    }

    /// The count for a uniform word: as many of the table's entries as it has reached. To compare it
    /// with all of them is faster than to search.
    #[inline(always)]
    pub(crate) fn count(&self, word: u32) -> usize {
        let reached: u32 = self.cumulative.iter().map(|&c| u32::from(word >= c)).sum();
        self.first + reached as usize
    }
}

#[cfg(test)]
mod tests {
    //! Promise: counts have the Poisson distribution (normal bounds at fixed seeds), for any mean.
    use super::*;
    use crate::rng::{Purpose, StreamKey};
    use crate::simd::lane_rng::LaneRng;

    #[test]
    fn poisson_counts_follow_the_distribution() {
        for mean in [0.05, 3.2, 6.4, 21.7, 800.0, 5_000.0] {
            let mut table = PoissonTable::default();
            table.rebuild(mean);
            let mut rng = LaneRng::new(StreamKey::new(11, Purpose::TrainingSpikes, 1, 1));
            let mut words = Vec::new();
            rng.fill(&mut words, 200_000);
            let counts: Vec<f64> = words.iter().map(|&w| table.count(w) as f64).collect();
            let n = counts.len() as f64;
            let average = counts.iter().sum::<f64>() / n;
            let variance = counts.iter().map(|c| (c - average).powi(2)).sum::<f64>() / (n - 1.0);
            assert!(
                (average - mean).abs() < 4.0 * (mean / n).sqrt(),
                "mean {mean}: {average}"
            );
            // The variance of a Poisson sample variance is about (2 mean^2 + mean) / n.
            assert!(
                (variance - mean).abs() < 4.0 * ((2.0 * mean * mean + mean) / n).sqrt(),
                "variance {mean}: {variance}"
            );
        }
    }
}
