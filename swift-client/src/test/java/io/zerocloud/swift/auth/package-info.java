@NullMarked
package io.zerocloud.swift.auth;

import org.jspecify.annotations.NullMarked;
