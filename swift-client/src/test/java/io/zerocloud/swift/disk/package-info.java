@NullMarked
package io.zerocloud.swift.disk;

import org.jspecify.annotations.NullMarked;
