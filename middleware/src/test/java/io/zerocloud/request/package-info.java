@NullMarked
package io.zerocloud.request;

import org.jspecify.annotations.NullMarked;
