@NullMarked
package io.zerocloud.answer;

import org.jspecify.annotations.NullMarked;
