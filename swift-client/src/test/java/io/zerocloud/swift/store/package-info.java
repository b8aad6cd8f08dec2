/** Tests of the embedded store: real files, real servers, real processes. */
@NullMarked
package io.zerocloud.swift.store;

import org.jspecify.annotations.NullMarked;
