//! Numbers that look like chance and are the same every time.

/// A generator with a seed (SplitMix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// Evenly from 0 to 1.
    pub fn even(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Normally distributed with mean 0 and deviation 1.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.even()).ln()).sqrt();
        radius * (2.0 * std::f64::consts::PI * self.even()).cos()
    }

    /// True with this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.even() < probability
    }
}

/// A blob of ink with a shape of its own for each digit, 28 pixels a side.
pub fn image_of(digit: u8, chance: &mut Chance) -> segdend_figures::SmallImage {
    let turn = f64::from(digit) * 0.7 + 0.15 * chance.normal();
    let loops = 1.0 + f64::from(digit % 3);
    let mut intensities = vec![0.0_f64; 28 * 28];
    for step in 0..240 {
        let angle = f64::from(step) / 240.0 * std::f64::consts::TAU;
        let radius = 4.0 + 4.5 * (loops * angle + turn).cos().abs();
        let (x, y) = (
            14.0 + radius * angle.cos() * 0.75,
            14.0 + radius * angle.sin(),
        );
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
            let index = (y + dy) as usize * 28 + (x + dx) as usize;
            intensities[index] = (intensities[index] + 0.4).min(1.0);
        }
    }
    segdend_figures::SmallImage {
        columns: 28,
        intensities,
    }
}
