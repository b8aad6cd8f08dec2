/** Jobs whose nodes are connected, with the sample programs of the tool chain. */
@NullMarked
package io.zerocloud.network;

import org.jspecify.annotations.NullMarked;
