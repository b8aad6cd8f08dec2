@NullMarked
package io.zerocloud.swift.ring;

import org.jspecify.annotations.NullMarked;
