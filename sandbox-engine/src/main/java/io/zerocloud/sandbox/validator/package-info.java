/**
 * The first wall: decides whether x86-64 machine code may become executable inside the sandbox.
 *
 * <p>The rules are the software fault isolation model of NaCl x86-64 (Sehr et al., "Adapting
 * Software Fault Isolation to Contemporary CPU Architectures", 2010): 32-byte bundles, a 4 GiB
 * guest region at {@code %r15}, 40 GiB guards on both sides. What may be executed is an allow-list;
 * all else is refused.
 */
@NullMarked
package io.zerocloud.sandbox.validator;

import org.jspecify.annotations.NullMarked;
