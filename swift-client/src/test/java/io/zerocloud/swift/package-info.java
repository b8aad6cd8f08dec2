@NullMarked
package io.zerocloud.swift;

import org.jspecify.annotations.NullMarked;
