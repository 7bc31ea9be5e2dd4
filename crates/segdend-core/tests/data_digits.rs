//! Promise: the embedded digits are the same bits from the same seed on every machine and with any
//! number of threads, look like MNIST in the large, and can be told apart, but not trivially.
//!
//! Alone: `cargo test -p segdend-core --test data_digits`

use segdend_core::data::digits::{self, GENERATOR_VERSION};
use segdend_core::data::{ImageSet, Source};

/// If this fails, the pixels have changed: then change `GENERATOR_VERSION` and store the new value.
#[test]
fn the_bits_are_the_stored_ones() {
    assert_eq!(GENERATOR_VERSION, 1);
    let data = digits::generate(1, 100, 50);
    assert_eq!(
        data.checksum(),
        "b1856df3b1132b8486a192da26fd6a9100131259be0e44df0b0d6eb125b078e6"
    );
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let with_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| digits::generate(3, 120, 60))
    };
    let alone = with_threads(1);
    assert_eq!(with_threads(2), alone);
    assert_eq!(with_threads(5), alone);
}

#[test]
fn an_image_does_not_depend_on_how_many_are_made() {
    let (short, long) = (digits::generate(3, 25, 5), digits::generate(3, 200, 77));
    assert_eq!(long.take(25, 5).checksum(), short.checksum());
    assert_eq!(long.take(25, 5), short);
}

#[test]
fn seeds_and_splits_give_other_images() {
    let (one, two) = (digits::generate(1, 40, 40), digits::generate(2, 40, 40));
    assert_ne!(one.train().pixels(), two.train().pixels());
    assert_ne!(one.train().pixels(), one.test().pixels());
    assert_ne!(one.checksum(), two.checksum());
}

#[test]
fn every_ten_in_a_row_hold_each_digit_once_in_changing_order() {
    let data = digits::generate(9, 500, 0);
    let mut orders = std::collections::BTreeSet::new();
    for block in data.train().labels().chunks(10) {
        orders.insert(block.to_vec());
        let mut sorted = block.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    assert!(orders.len() > 45, "{}", orders.len());
}

#[test]
fn a_set_says_what_it_is_whatever_its_size() {
    for (train_count, test_count) in [(0, 0), (3, 0), (30, 10)] {
        let data = digits::generate(5, train_count, test_count);
        assert_eq!(
            (data.train().len(), data.test().len()),
            (train_count, test_count)
        );
        assert_eq!((data.classes(), data.pixel_count()), (10, 784));
        let generator_version = GENERATOR_VERSION;
        assert_eq!(
            *data.source(),
            Source::EmbeddedDigits {
                seed: 5,
                generator_version
            }
        );
        assert_eq!(data.source().to_string(), "embedded digits (not MNIST)");
    }
}

/// MNIST: mean brightness 0.131, a fifth of the pixels not black, the ink's centre in the middle,
/// nothing in the outermost pixels.
#[test]
fn images_look_like_mnist_in_the_large() {
    let data = digits::generate(1, 1000, 0);
    let images = data.train();
    let share = |count: f64| count / images.pixels().len() as f64;
    let brightness = share(images.pixels().iter().map(|&p| f64::from(p) / 255.0).sum());
    let inked = share(images.pixels().iter().filter(|&&p| p > 0).count() as f64);
    assert!((0.11..0.15).contains(&brightness), "{brightness}");
    assert!((0.17..0.23).contains(&inked), "{inked}");

    for index in 0..images.len() {
        let image = images.image(index);
        let (mut ink, mut across, mut down) = (0.0, 0.0, 0.0);
        for (place, &pixel) in image.iter().enumerate() {
            let (row, column) = (place / 28, place % 28);
            ink += f64::from(pixel);
            across += f64::from(pixel) * column as f64;
            down += f64::from(pixel) * row as f64;
            let at_border = row == 0 || column == 0 || row == 27 || column == 27;
            assert!(pixel == 0 || !at_border, "image {index} touches the border");
        }
        let brightness = ink / 255.0 / 784.0;
        assert!(
            (0.02..0.35).contains(&brightness),
            "image {index}: {brightness}"
        );
        for centre in [across / ink, down / ink] {
            assert!(
                (centre - 13.5).abs() < 3.0,
                "image {index}: centre of ink at {centre}"
            );
        }
    }
}

#[test]
fn classes_can_be_told_apart_but_not_trivially() {
    let data = digits::generate(1, 500, 250);
    let centroids = centroids(data.train());
    let error = error_rate(data.test(), |image| nearest(image, &centroids));
    assert!((0.08..0.30).contains(&error), "nearest centroid: {error}");

    let examples = (0..data.train().len())
        .map(|index| {
            (
                as_floats(data.train().image(index)),
                data.train().label(index),
            )
        })
        .collect::<Vec<_>>();
    let error = error_rate(data.test(), |image| nearest(image, &examples));
    assert!((0.02..0.25).contains(&error), "nearest of 500: {error}");
}

fn as_floats(image: &[u8]) -> Vec<f32> {
    image.iter().map(|&pixel| f32::from(pixel)).collect()
}

fn centroids(images: &ImageSet) -> Vec<(Vec<f32>, usize)> {
    let mut sums = vec![(vec![0.0; images.pixel_count()], 0.0); images.classes()];
    for index in 0..images.len() {
        let (sum, count) = &mut sums[images.label(index)];
        *count += 1.0;
        sum.iter_mut()
            .zip(images.image(index))
            .for_each(|(s, &pixel)| *s += f32::from(pixel));
    }
    let mean = |(sum, count): (Vec<f32>, f32)| sum.iter().map(|s| s / count).collect();
    sums.into_iter()
        .enumerate()
        .map(|(class, sum)| (mean(sum), class))
        .collect()
}

fn nearest(image: &[f32], examples: &[(Vec<f32>, usize)]) -> usize {
    let distance = |example: &[f32]| {
        image
            .iter()
            .zip(example)
            .map(|(a, b)| (a - b) * (a - b))
            .sum::<f32>()
    };
    let distances = examples
        .iter()
        .map(|(example, class)| (distance(example), *class));
    distances.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap().1
}

fn error_rate(images: &ImageSet, classify: impl Fn(&[f32]) -> usize) -> f64 {
    let wrong = (0..images.len())
        .filter(|&index| classify(&as_floats(images.image(index))) != images.label(index))
        .count();
    wrong as f64 / images.len() as f64
}
