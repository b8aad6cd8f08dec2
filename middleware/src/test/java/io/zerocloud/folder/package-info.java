@NullMarked
package io.zerocloud.folder;

import org.jspecify.annotations.NullMarked;
