/**
 * The HTTP front: accepts connections, sends each request to the pass-through, to the job path or
 * to an error answer.
 */
@NullMarked
package io.zerocloud.proxy;

import org.jspecify.annotations.NullMarked;
