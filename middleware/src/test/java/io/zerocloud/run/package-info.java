@NullMarked
package io.zerocloud.run;

import org.jspecify.annotations.NullMarked;
