/** A real Swift for tests, from Debian packages, started once a JVM. */
@NullMarked
package io.zerocloud.swift.testing;

import org.jspecify.annotations.NullMarked;
