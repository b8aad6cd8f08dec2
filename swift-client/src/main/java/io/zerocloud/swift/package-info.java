/** What every part of the Swift side shares: names of objects and Swift's timestamps. */
@NullMarked
package io.zerocloud.swift;

import org.jspecify.annotations.NullMarked;
