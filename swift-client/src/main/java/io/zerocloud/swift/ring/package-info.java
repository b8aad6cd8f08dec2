/**
 * Where things lie in a Swift cluster: ring files, path hashes, storage policies and {@code
 * swift.conf}, read and written as Swift does.
 */
@NullMarked
package io.zerocloud.swift.ring;

import org.jspecify.annotations.NullMarked;
