@NullMarked
package io.zerocloud.swift.client;

import org.jspecify.annotations.NullMarked;
