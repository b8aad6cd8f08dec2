/** Getting and renewing tokens: TempAuth (v1), Keystone v3, and tokens that a caller brought. */
@NullMarked
package io.zerocloud.swift.auth;

import org.jspecify.annotations.NullMarked;
