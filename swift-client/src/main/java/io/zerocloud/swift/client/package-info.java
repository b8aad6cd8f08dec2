/**
 * Swift's HTTP API for programs on Vert.x: nothing of an object is kept in memory, every wait has a
 * limit, and only what is safe is tried again.
 */
@NullMarked
package io.zerocloud.swift.client;

import org.jspecify.annotations.NullMarked;
