/**
 * Benchmarks that run ZeroCloud and a yardstick in one go and print both, so that a figure means
 * the same on every machine.
 */
@NullMarked
package io.zerocloud.cli.bench;

import org.jspecify.annotations.NullMarked;
