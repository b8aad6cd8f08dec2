/** Jobs on a real Swift of several nodes, with an agent beside each object server. */
@NullMarked
package io.zerocloud.cluster;

import org.jspecify.annotations.NullMarked;
