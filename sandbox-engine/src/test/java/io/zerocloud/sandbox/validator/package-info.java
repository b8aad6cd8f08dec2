@NullMarked
package io.zerocloud.sandbox.validator;

import org.jspecify.annotations.NullMarked;
