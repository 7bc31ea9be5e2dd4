//! The embedded digits: a data set drawn from a seed, for where there is no MNIST.
//!
//! Ten classes, 28 x 28 pixels, made to look like MNIST: each digit is a few strokes, written by a
//! hand that bends, turns, slants and stretches them, with a pen of varying width, and centred by
//! its ink. They are not MNIST, and [`Source`] says so.
//!
//! An image depends on the seed, the split and its index alone, not on how many are made nor on
//! the number of threads; the pixels are the same on every machine.

mod glyphs;
mod pen;
mod random;

use rayon::prelude::*;

use self::random::KeyedRandom;
use super::{DataSet, ImageSet, Source};

/// The version of the drawing rules. It changes whenever a pixel changes.
pub const GENERATOR_VERSION: u32 = 1;

/// The digits 0 to 9.
const CLASSES: usize = 10;

/// Which half of the set an image belongs to; part of its key.
#[derive(Clone, Copy)]
enum Split {
    Train = 0,
    Test = 1,
}

/// What a random number is for; part of its key.
#[derive(Clone, Copy)]
enum Purpose {
    Order = 0,
    Drawing = 1,
}

/// Draws a data set of `train_count` and `test_count` digits.
///
/// Every ten images in a row hold each digit once, in random order.
///
/// # Examples
///
/// ```
/// use segdend_core::data::digits;
///
/// let data = digits::generate(1, 20, 10);
/// assert_eq!((data.train().len(), data.test().len(), data.classes()), (20, 10, 10));
/// assert!(!data.source().is_mnist());
/// // A longer set begins with the shorter one.
/// assert_eq!(digits::generate(1, 30, 10).train().image(7), data.train().image(7));
/// ```
#[must_use]
pub fn generate(seed: u64, train_count: usize, test_count: usize) -> DataSet {
    let source = Source::EmbeddedDigits {
        seed,
        generator_version: GENERATOR_VERSION,
    };
    let train = generate_split(seed, Split::Train, train_count);
    let test = generate_split(seed, Split::Test, test_count);
    DataSet::of_one_size(source, train, test)
}

fn generate_split(seed: u64, split: Split, count: usize) -> ImageSet {
    let mut pixels = vec![0; count * pen::SIDE * pen::SIDE];
    let mut labels = vec![0; count];
    pixels
        .par_chunks_mut(pen::SIDE * pen::SIDE)
        .zip(&mut labels)
        .enumerate()
        .for_each(|(index, (image, label))| {
            let digit = digit_at(seed, split, index);
            let mut random = keyed(seed, split, Purpose::Drawing, index);
            image.copy_from_slice(&pen::draw(digit, &mut random));
            *label = digit as u8; // below ten
        });
    ImageSet::new(pen::SIDE, pen::SIDE, pixels, labels)
        .expect("as many pixels as the labels need")
        .with_classes_at_least(CLASSES)
}

/// The digit of an image: its place in the random order of its block of ten.
fn digit_at(seed: u64, split: Split, index: usize) -> usize {
    let mut random = keyed(seed, split, Purpose::Order, index / CLASSES);
    let mut order: [usize; CLASSES] = std::array::from_fn(|digit| digit);
    for last in (1..CLASSES).rev() {
        order.swap(last, random.below(last + 1));
    }
    order[index % CLASSES]
}

fn keyed(seed: u64, split: Split, purpose: Purpose, index: usize) -> KeyedRandom {
    KeyedRandom::new([seed, split as u64, purpose as u64, index as u64])
}
